"""How much a series of measurements grows, told so that neither leaps nor the teeth of a saw decide it."""

from __future__ import annotations

from itertools import combinations, pairwise
from statistics import median
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence


def growth(values: Sequence[float]) -> float:
    """Return how much a series grows from its first value to its last, by the smaller of two robust slopes.

    One leap raises the first of them, and a cache that starts anew whenever it is full raises the second: what leaks
    raises both.
    """
    return min(slope_of_pairs(values), usual_step(values)) * (len(values) - 1)


def slope_of_pairs(values: Sequence[float]) -> float:
    """Return the median of the slopes between all pairs of values (Theil-Sen)."""
    return median((values[j] - values[i]) / (j - i) for i, j in combinations(range(len(values)), 2))


def usual_step(values: Sequence[float]) -> float:
    """Return the median of the steps from each value to the next."""
    return median(after - before for before, after in pairwise(values))
