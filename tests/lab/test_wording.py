"""The figures in words."""

from __future__ import annotations

import pytest

from checker.lab.figures import Counter, Sample
from checker.lab.wording import Memory, clock, connections, plain_line, queue, requests, spark, tail

MIB = 2**20


def sample(memory: int = 64 * MIB) -> Sample:
    """Return a sample of a service that has answered two requests."""
    counter = Counter([])
    counter.answered("GET /a", 1.0, 0.010, 200)
    counter.answered("GET /a", 1.0, 1.2345, 500)
    counter.held_back = 3
    states = {"active": 1, "idle in transaction": 4}
    return Sample(
        2.0, counter.traffic(2.0, 0.0), memory, states, {"visible": 1, "in_flight": 2, "dead_letters": 3}, 7.0
    )


@pytest.mark.parametrize(
    ("values", "expected"),
    [([], ""), ([0, 0], "▁▁"), ([1, 8], "▁█"), ([100, 101, 100], "▁▁▁"), ([0, 50, 100], "▁▄█"), ([90, 100], "▁█")],
)
def test_spark(values: list[float], expected: str) -> None:
    """Higher for more; what changes by less than a tenth of the whole does not look like growth."""
    assert spark(values) == expected


def test_memory_tells_of_the_last_minute() -> None:
    """Growth since the start, and of a minute where there was one; its course fits into the width."""
    memory = Memory()
    assert memory.trend() == (0, 0.0)
    for second in range(200):
        memory.add(float(second), second)
    assert memory.trend() == (60, 60.0)
    assert len(memory.line(40)) == 40
    assert (memory.line(40)[0], memory.line(40)[-1]) == ("▁", "█")


def test_memory_begins_anew_with_a_process() -> None:
    """An API that was started again has no growth from its predecessor."""
    memory = Memory()
    memory.add(5.0, 1000)
    memory.add(1.0, 10)
    memory.add(2.0, 12)
    assert memory.trend() == (2, 1.0)


def test_one_line_tells_everything() -> None:
    """Each figure stands in the line, with its unit."""
    line = plain_line(sample())
    for part in (
        "00:00:02",
        "1.0 req/s",
        "p50 10.0 ms",
        "p95 1,234.5 ms",
        "errors 1",
        "memory 64.0 MB",
        "7.0/s, 7.0 a request",
    ):
        assert part in line
    assert connections(sample()) in line
    assert queue(sample()) in line
    assert "\n" not in line


def test_what_is_not_known_is_said() -> None:
    """A service that has not answered has no times and no connections."""
    empty = Sample(0.0, Counter([]).traffic(0.0, 0.0))
    assert requests(empty.traffic, 20.0) == "0.0 of 20 a second · p50 - · p95 - · errors 0"
    assert connections(empty) == "none"
    assert queue(empty) == "waiting 0, in flight 0, dead letters 0"
    assert "3 held back" in requests(sample().traffic, 20.0)


def test_clock_and_tail() -> None:
    """Hours run on; the last lines of a log are shown."""
    assert [clock(59.9), clock(3661)] == ["00:00:59", "01:01:01"]
    assert tail("a\nb\nc", 2) == "b\nc"
