"""How requests are timed: medians, a second look before one is too slow, and an end where it is hopeless."""

from __future__ import annotations

from itertools import cycle
from typing import TYPE_CHECKING

import pytest

from checker.suites.scenario2.timing import MORE_ROUNDS, ROUNDS, Measure, Times, compare

if TYPE_CHECKING:
    from collections.abc import Sequence


def measure(own: Sequence[float], asked: list[str]) -> Measure:
    """Return what takes the submission these seconds, one after the other and again, and the model solution 10 ms."""
    coming = cycle(own)

    def one(path: str) -> tuple[float, float]:
        asked.append(path)
        return next(coming), 0.010

    return one


@pytest.mark.parametrize(
    ("own", "taken", "rounds"),
    [
        ([0.010], 0.010, ROUNDS),
        ([0.039], 0.039, ROUNDS),
        ([0.012] * 6 + [2.0] * 5, 0.012, ROUNDS),  # a neighbour's load in five of eleven
        ([0.1] * ROUNDS + [0.012] * MORE_ROUNDS, 0.012, ROUNDS + MORE_ROUNDS),  # slow at first alone
        ([0.1], 0.1, ROUNDS + MORE_ROUNDS),
        ([4.0], 4.0, 2),
    ],
)
def test_a_request_is_timed_until_it_is_known(own: list[float], taken: float, rounds: int) -> None:
    """Eleven rounds where all is well, and more where it is not; what is hopeless takes one round each time."""
    asked: list[str] = []
    times = compare(measure(own, asked), ["/a", "/b"])
    assert times.taken == pytest.approx(taken)
    assert len(asked) == rounds


def test_what_was_hopeless_before_is_asked_once() -> None:
    """A request that took seconds when its statements were counted need not take them thrice."""
    asked: list[str] = []
    assert compare(measure([4.0], asked), ["/a"], 3.5).taken == pytest.approx(4.0)
    assert asked == ["/a"]


def test_three_times_the_model_solution_and_ten_milliseconds_are_allowed() -> None:
    """The bound that the README states, by medians."""
    times = Times("/a", [0.04, 0.05, 9.0], [0.01, 0.02, 0.5])
    assert times.allowed == pytest.approx(0.07)
    assert times.taken == pytest.approx(0.05)
    assert "50 ms, and 20 ms" in str(times)
