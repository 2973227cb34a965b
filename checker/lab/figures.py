"""The figures of a lab: what was asked and how it went, counted and cut into a sample a second. Pure."""

from __future__ import annotations

import math
from collections import deque
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Sequence

WINDOW_SECONDS: Final = 10.0  # what a rate and the whole's percentiles are of
LAST: Final = 200  # answers of one kind of request that its percentiles are of
SERVER_ERROR: Final = 500
REFUSAL: Final = 400


@dataclass(frozen=True)
class Row:
    """One kind of request: how many answers since the beginning, how quick the last ones (ms), what went wrong."""

    label: str
    answers: int
    p50: float | None
    p95: float | None
    refused: int  # 4xx, which some requests ask for
    errors: int  # 5xx, and no answer


@dataclass(frozen=True)
class Traffic:
    """All requests together: the last seconds' rate and percentiles (ms), and the errors since the beginning."""

    rate: float
    p50: float | None
    p95: float | None
    errors: int
    held_back: int  # not sent, because as many as are allowed were under way
    rows: tuple[Row, ...] = ()


@dataclass(frozen=True)
class Sample:
    """What a lab shows, `at` seconds after its service answered first."""

    at: float
    traffic: Traffic
    memory: int = 0  # of the API with all that it started, in bytes
    connections: dict[str, int] = field(default_factory=dict)  # to the database, by state
    queue: dict[str, int] = field(default_factory=dict)  # messages: visible, in_flight, dead_letters
    statements: float = 0.0  # a second
    starts: int = 1  # of the API
    pids: dict[str, int] = field(default_factory=dict)  # as the run sees them

    @property
    def statements_a_request(self) -> float | None:
        """Statements by the requests in the same time; None where there were none."""
        return self.statements / self.traffic.rate if self.traffic.rate else None

    def to_data(self) -> dict[str, Any]:
        """Return values of JSON."""
        return asdict(self)

    @classmethod
    def from_data(cls, data: dict[str, Any]) -> Sample:
        """Read what `to_data` returned."""
        traffic = data["traffic"]
        rows = tuple(Row(**row) for row in traffic["rows"])
        return cls(**{**data, "traffic": Traffic(**{**traffic, "rows": rows})})


@dataclass
class Tally:
    """What is known of one kind of request."""

    answers: int = 0
    refused: int = 0
    errors: int = 0
    times: deque[float] = field(default_factory=lambda: deque(maxlen=LAST))


class Counter:
    """Takes every answer and tells the traffic."""

    def __init__(self, labels: Sequence[str]) -> None:
        self._tallies = {label: Tally() for label in labels}
        self._window: deque[tuple[float, float]] = deque()
        self.held_back = 0

    def answered(self, label: str, now: float, seconds: float, status: int | None) -> None:
        """Take an answer; `status` None is that there was none."""
        tally = self._tallies.setdefault(label, Tally())
        tally.answers += 1
        tally.errors += status is None or status >= SERVER_ERROR
        tally.refused += status is not None and REFUSAL <= status < SERVER_ERROR
        tally.times.append(seconds)
        self._window.append((now, seconds))

    def traffic(self, now: float, since: float) -> Traffic:
        """Return the traffic as it is `now`; the service has answered `since` then."""
        while self._window and self._window[0][0] < now - WINDOW_SECONDS:
            self._window.popleft()
        times = [seconds for _, seconds in self._window]
        span = min(WINDOW_SECONDS, now - since)
        return Traffic(
            rate=len(times) / span if span > 0 else 0.0,
            p50=in_ms(percentile(times, 50)),
            p95=in_ms(percentile(times, 95)),
            errors=sum(tally.errors for tally in self._tallies.values()),
            held_back=self.held_back,
            rows=tuple(row(label, tally) for label, tally in self._tallies.items()),
        )


def row(label: str, tally: Tally) -> Row:
    """Return what a tally comes to."""
    p50, p95 = (in_ms(percentile(list(tally.times), part)) for part in (50, 95))
    return Row(label, tally.answers, p50, p95, tally.refused, tally.errors)


def percentile(values: Sequence[float], part: float) -> float | None:
    """Return the smallest value that `part` per cent of them do not exceed; None of none."""
    if not values:
        return None
    return sorted(values)[max(0, math.ceil(len(values) * part / 100) - 1)]


def in_ms(seconds: float | None) -> float | None:
    """Return seconds as milliseconds."""
    return None if seconds is None else round(seconds * 1000, 1)


class Rate:
    """Turns a counter that only grows, or begins anew, into so many a second over the last seconds."""

    def __init__(self) -> None:
        self._seen: deque[tuple[float, float]] = deque()

    def at(self, now: float, count: float) -> float:
        """Take the counter as it stands `now`; return how quickly it has grown."""
        if self._seen and count < self._seen[-1][1]:
            self._seen.clear()
        self._seen.append((now, count))
        while len(self._seen) > 2 and self._seen[0][0] < now - WINDOW_SECONDS:  # noqa: PLR2004 - two make a span
            self._seen.popleft()
        (begin, first), (end, last) = self._seen[0], self._seen[-1]
        return (last - first) / (end - begin) if end > begin else 0.0
