"""How long a request takes the submission and the model solution, asked in turn; judges nothing."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from statistics import median
from typing import TYPE_CHECKING, Final

from checker.kit.model import our_own
from checker.suites.scenario2.asks import forms

if TYPE_CHECKING:
    from checker.kit.http import Client

SLOWER: Final = 3  # times the model solution, and
LATER: Final = 0.010  # seconds more; the README
ROUNDS: Final = 11
MORE_ROUNDS: Final = 25  # where the first ones were too slow
HOPELESS: Final = 8  # times what is allowed: one round tells as much as eleven

Measure = Callable[[str], tuple[float, float]]


@dataclass(frozen=True)
class Times:
    """Seconds of each round."""

    path: str
    own: Sequence[float]
    model: Sequence[float]

    @property
    def taken(self) -> float:
        """What a request takes the submission."""
        return median(self.own)

    @property
    def allowed(self) -> float:
        """What it may take."""
        return SLOWER * median(self.model) + LATER

    @property
    def is_hopeless(self) -> bool:
        """Whether no further round can change the outcome."""
        return self.taken > HOPELESS * self.allowed

    def __str__(self) -> str:
        """Return both medians."""
        taken, model = self.taken * 1000, median(self.model) * 1000
        return f"{taken:.0f} ms, and {model:.0f} ms for the model solution (medians of {len(self.own)} rounds)"


def compare(measure: Measure, paths: Sequence[str], before: float = 0.0) -> Times:
    """Time a request in turn; where it looks too slow, once more and for longer, and it is that which counts.

    What already took the submission hopelessly long once (`before`, in seconds) is asked no second time.
    """
    times = rounds(measure, forms(paths, ROUNDS))
    hopeless_twice = times.is_hopeless and before > HOPELESS * times.allowed
    if times.taken <= times.allowed or hopeless_twice:
        return times
    return rounds(measure, forms(paths, MORE_ROUNDS))


def rounds(measure: Measure, paths: Sequence[str]) -> Times:
    """Measure one path after the other, until all are or it is hopeless."""
    times = Times(paths[0], [], [])
    for path in paths:
        seconds, of_model = measure(path)
        times = Times(path, [*times.own, seconds], [*times.model, of_model])
        if times.is_hopeless:
            break
    return times


def in_turn(own: Client, model: Client) -> Measure:
    """Return what asks both for a path, and tells how long each took."""

    def measure(path: str) -> tuple[float, float]:
        with our_own():
            of_model = model.request("GET", path).expect_status(200).seconds
        return own.request("GET", path).seconds, of_model

    return measure
