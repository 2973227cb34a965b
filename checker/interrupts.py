"""Being told to stop: a signal becomes an exception, so that everything that was begun is ended on the way out."""

from __future__ import annotations

import contextlib
import signal
from typing import TYPE_CHECKING, Any, NoReturn, TypeAlias

from checker.errors import ExitStatus

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from types import FrameType

Handler: TypeAlias = "Callable[[int, FrameType | None], Any] | int | signal.Handlers | None"


class Interrupted(BaseException):
    """The process was told to stop; `exit_status` is what the shell expects then."""

    def __init__(self, exit_status: ExitStatus) -> None:
        super().__init__(exit_status.name.lower())
        self.exit_status = exit_status


STATUSES = {
    signal.SIGINT: ExitStatus.INTERRUPTED,
    signal.SIGTERM: ExitStatus.TERMINATED,
    signal.SIGHUP: ExitStatus.TERMINATED,
}


@contextlib.contextmanager
def interruptible() -> Iterator[None]:
    """Raise `Interrupted` at the first signal; the way out is short, and further ones do not cut it off.

    After an interruption the signals stay ignored: the interpreter's own end still takes a moment, and a signal that
    met its default there would change the exit status.
    """

    def stop(number: int, _frame: FrameType | None) -> NoReturn:
        for one in STATUSES:
            signal.signal(one, signal.SIG_IGN)
        raise Interrupted(STATUSES[signal.Signals(number)])

    before = {number: signal.signal(number, stop) for number in STATUSES}
    try:
        yield
    except Interrupted:
        raise
    except BaseException:
        restore(before)
        raise
    restore(before)


def restore(handlers: Mapping[signal.Signals, Handler]) -> None:
    """Put back what signals did before."""
    for number, handler in handlers.items():
        signal.signal(number, handler)
