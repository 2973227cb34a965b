"""A circuit breaker: after a failure nothing is tried for a while."""

import threading
import time


class Breaker:
    """Closed at first; `trip` opens it for `seconds`, after which the next caller tries again."""

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._until = 0.0
        self._lock = threading.Lock()

    @property
    def open(self) -> bool:
        """Tell whether to leave it alone for now."""
        with self._lock:
            return time.monotonic() < self._until

    def trip(self) -> None:
        """Open it."""
        with self._lock:
            self._until = time.monotonic() + self._seconds
