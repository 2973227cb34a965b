"""The figures: arithmetic on what was answered when."""

from __future__ import annotations

import json

import pytest

from checker.lab.figures import Counter, Rate, Sample, percentile


@pytest.mark.parametrize(
    ("values", "part", "expected"),
    [
        ([], 50, None),
        ([3], 95, 3),
        ([1, 2], 50, 1),
        ([4, 1, 3, 2], 50, 2),
        (range(1, 101), 95, 95),
        ([1] * 19 + [9], 95, 1),
    ],
)
def test_percentile(values: list[float], part: float, expected: float | None) -> None:
    """The smallest value that so many per cent do not exceed."""
    assert percentile(values, part) == expected


def test_answers_are_counted_by_what_they_say() -> None:
    """4xx are refusals; 5xx and no answer are errors; times are those of the request's own kind."""
    counter = Counter(["GET /a", "GET /b"])
    for status in (200, 404, 422, 500, 503, None):
        counter.answered("GET /a", 1.0, 0.010, status)
    counter.answered("GET /b", 1.0, 0.200, 201)
    a, b = counter.traffic(2.0, 0.0).rows
    assert (a.answers, a.refused, a.errors, a.p50) == (6, 2, 3, 10.0)
    assert (b.answers, b.refused, b.errors, b.p95) == (1, 0, 0, 200.0)


def test_the_rate_is_that_of_the_last_seconds() -> None:
    """At first it is of the time that there was; later of ten seconds, and errors are of all time."""
    counter = Counter([])
    for second in range(20):
        counter.answered("x", float(second), 0.001 * second, 500)
    traffic = counter.traffic(20.0, 0.0)
    assert (traffic.rate, traffic.errors, traffic.p50) == (1.0, 20, 14.0)
    early = Counter([])
    early.answered("x", 0.5, 0.001, 200)
    assert early.traffic(1.0, 0.0).rate == 1.0
    assert early.traffic(0.0, 0.0).rate == 0.0
    assert early.traffic(60.0, 0.0).p50 is None


def test_a_counter_of_statements_becomes_a_rate() -> None:
    """Growth a second over the last ten; one that begins anew has not shrunk."""
    rate = Rate()
    assert rate.at(0.0, 100) == 0.0
    assert rate.at(1.0, 130) == 30.0
    assert rate.at(30.0, 130) == 0.0
    assert rate.at(31.0, 5) == 0.0
    assert rate.at(32.0, 25) == 20.0


def test_a_sample_crosses_a_pipe() -> None:
    """It is the same after JSON, with its rows."""
    counter = Counter(["GET /a"])
    counter.answered("GET /a", 1.0, 0.010, 200)
    sample = Sample(1.0, counter.traffic(1.0, 0.0), 5, {"idle": 2}, {"visible": 1}, 4.0, 2, {"api": 9})
    assert Sample.from_data(json.loads(json.dumps(sample.to_data()))) == sample
    assert sample.statements_a_request == 4.0
    assert Sample(0.0, Counter([]).traffic(0.0, 0.0)).statements_a_request is None
