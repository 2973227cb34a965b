"""Counters in Prometheus' text format, without a library."""

import time
from collections import Counter
from threading import Lock

TYPE = "text/plain; version=0.0.4; charset=utf-8"


class Meter:
    """Counts by name."""

    def __init__(self) -> None:
        self._lock, self._counts = Lock(), Counter[str]()

    def count(self, name: str) -> None:
        """Count one more."""
        with self._lock:
            self._counts[name] += 1

    def page(self) -> str:
        """Return all counts; a sample that was not counted yet is not there."""
        now = time.time_ns() // 1_000_000
        with self._lock:
            return "".join(
                f'# TYPE {name} counter\n{name}{{endpoint="GET /tasks/{{id}}",}} {value} {now}\n'
                for name, value in self._counts.items()
            )
