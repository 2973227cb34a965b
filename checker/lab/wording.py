"""The figures of a lab in words, for both faces: pure."""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Sequence

    from checker.lab.figures import Row, Sample, Traffic

BLOCKS: Final = "▁▂▃▄▅▆▇█"
LEAST_SPAN: Final = 0.1  # of the most: else noise would look like growth
MINUTE: Final = 60.0
MIB: Final = 2**20
PHASES: Final = {
    "parts": "starting the parts",
    "migration": "migrating",
    "filling": "filling the tables",
    "service": "starting the API and the worker",
}
HEADINGS: Final = ("request", "answers", "p50 ms", "p95 ms", "4xx", "errors")


class Memory:
    """How the API's memory went since it was started."""

    def __init__(self) -> None:
        self._seen: list[tuple[float, int]] = []

    def add(self, at: float, size: int) -> None:
        """Take what it is at a time; an earlier time than the last one is a new beginning."""
        if self._seen and at <= self._seen[-1][0]:
            self._seen.clear()
        self._seen.append((at, size))

    def trend(self) -> tuple[int, float]:
        """Return by how many bytes it grew in how many seconds, the last minute's where there is one."""
        if not self._seen:
            return 0, 0.0
        end, last = self._seen[-1]
        begin, first = next(one for one in self._seen if one[0] >= end - MINUTE)
        return last - first, end - begin

    def line(self, width: int) -> str:
        """Return its course in `width` characters, from the least to the most that it was."""
        sizes = [size for _, size in self._seen]
        picked = [sizes[number * len(sizes) // width] for number in range(width)] if len(sizes) > width else sizes
        return spark([*picked[:-1], *sizes[-1:]])


def spark(values: Sequence[float]) -> str:
    """Return a character a value, higher for more; what changes by less than a tenth makes small steps."""
    if not values:
        return ""
    least, most = min(values), max(values)
    span = max(most - least, most * LEAST_SPAN) or 1
    return "".join(BLOCKS[int((value - least) / span * (len(BLOCKS) - 1))] for value in values)


def plain_line(sample: Sample) -> str:
    """Return a sample as one line."""
    traffic = sample.traffic
    return "  ".join(
        [
            clock(sample.at),
            f"{traffic.rate:.1f} req/s",
            f"p50 {ms(traffic.p50)}",
            f"p95 {ms(traffic.p95)}",
            f"errors {traffic.errors}",
            f"memory {sample.memory / MIB:.1f} MB",
            f"connections {connections(sample)}",
            f"queue {queue(sample)}",
            f"statements {statements(sample)}",
        ]
    )


def requests(traffic: Traffic, most: float) -> str:
    """Return what all requests come to; `most` are meant to be sent a second."""
    slow = f", {traffic.held_back} held back" if traffic.held_back else ""
    return (
        f"{traffic.rate:.1f} of {most:g} a second{slow} · p50 {ms(traffic.p50)} · p95 {ms(traffic.p95)}"
        f" · errors {traffic.errors}"
    )


def memory(sample: Sample, course: Memory, width: int) -> str:
    """Return how much memory the API has, how that went, and how quickly it grows."""
    grown, seconds = course.trend()
    return f"{sample.memory / MIB:.1f} MB {course.line(width)} {grown / MIB:+.1f} MB in {seconds:.0f} s"


def connections(sample: Sample) -> str:
    """Return how many connections the service has in which state."""
    return ", ".join(f"{state} {count}" for state, count in sample.connections.items()) or "none"


def queue(sample: Sample) -> str:
    """Return how many messages wait, are in flight, and are dead letters."""
    counts = {"visible": 0, "in_flight": 0, "dead_letters": 0, **sample.queue}
    return f"waiting {counts['visible']}, in flight {counts['in_flight']}, dead letters {counts['dead_letters']}"


def statements(sample: Sample) -> str:
    """Return how many statements the service has executed."""
    each = sample.statements_a_request
    return f"{sample.statements:.1f}/s" + (f", {each:.1f} a request" if each is not None else "")


def cells(row: Row) -> tuple[str, ...]:
    """Return a kind of request as cells under `HEADINGS`."""
    return (row.label, str(row.answers), number(row.p50), number(row.p95), str(row.refused), str(row.errors))


def number(value: float | None) -> str:
    """Return a number that may not be known."""
    return "-" if value is None else f"{value:,.1f}"


def ms(value: float | None) -> str:
    """Return milliseconds that may not be known."""
    return "-" if value is None else f"{value:,.1f} ms"


def clock(seconds: float) -> str:
    """Return seconds as hours, minutes and seconds."""
    whole = int(seconds)
    return f"{whole // 3600:02}:{whole // 60 % 60:02}:{whole % 60:02}"


def tail(log: str, lines: int = 12) -> str:
    """Return the last lines of a log."""
    return "\n".join(deque(log.splitlines(), maxlen=lines))
