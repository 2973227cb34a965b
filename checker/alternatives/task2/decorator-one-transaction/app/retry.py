"""`@retry`: call again, with exponential back-off, what failed for a temporary reason."""

import functools
import logging
import time
from collections.abc import Callable
from typing import ParamSpec, TypeVar

P = ParamSpec("P")
T = TypeVar("T")
logger = logging.getLogger(__name__)


def retry(
    on: tuple[type[Exception], ...], *, times: int = 3, base: float = 1.0, factor: float = 2.0
) -> Callable[[Callable[P, T]], Callable[P, T]]:
    def decorate(function: Callable[P, T]) -> Callable[P, T]:
        name = f"{function.__module__}.{function.__qualname__}"

        @functools.wraps(function)
        def wrapper(*args: P.args, **kwargs: P.kwargs) -> T:
            pause = base
            for coming in range(2, times + 2):
                try:
                    return function(*args, **kwargs)
                except on as error:
                    logger.warning("%s - attempt %d/%d of %s in %gs", error, coming, times + 1, name, pause)
                time.sleep(pause)
                pause *= factor
            return function(*args, **kwargs)

        return wrapper

    return decorate
