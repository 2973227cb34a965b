"""How late this machine was: what a right submission cannot help.

A beat sleeps and then asks the queue's front for a sign of life, so that it comes late where this process, the front
or the whole machine was held up.
"""

from __future__ import annotations

import threading
import time
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Sequence
    from types import TracebackType
    from typing import Self

    from checker.control import ControlClient

BEAT_SECONDS: Final = 0.05
USUAL_SECONDS: Final = 0.03  # what a beat may be late on a machine that has time


def lateness(beats: Sequence[tuple[float, float]], since: float, until: float) -> float:
    """Return by how many seconds the beats (begin, end) between two times were late in all."""
    late = 0.0
    for begin, end in beats:
        if end - begin > BEAT_SECONDS + USUAL_SECONDS:
            late += max(0.0, min(end, until) - max(begin + BEAT_SECONDS, since))
    return late


class Heartbeat:
    """Beats as long as its context lasts; `beats` are the begin and the end of each (`time.monotonic()`).

    It asks through `queue`, a channel to the front that nobody else uses, and closes it.
    """

    def __init__(self, queue: ControlClient) -> None:
        self.beats: list[tuple[float, float]] = []
        self._queue = queue
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._beat, name="heartbeat", daemon=True)

    def __enter__(self) -> Self:
        """Begin."""
        self._thread.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        """End."""
        self._over.set()
        self._thread.join()
        self._queue.close()

    def _beat(self) -> None:
        begin = time.monotonic()
        while not self._over.wait(BEAT_SECONDS):
            self._queue.call("ping")
            end = time.monotonic()
            self.beats.append((begin, end))
            begin = end
