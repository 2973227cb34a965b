"""How much a series of measurements grows, told so that single leaps do not decide it."""

from __future__ import annotations

from itertools import combinations
from statistics import median
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence


def slope(values: Sequence[float]) -> float:
    """Return by how much the values grow from one to the next: the median of the slopes of all pairs (Theil-Sen)."""
    return median((values[j] - values[i]) / (j - i) for i, j in combinations(range(len(values)), 2))


def growth(values: Sequence[float]) -> float:
    """Return how much a series grows from its first value to its last, by that slope."""
    return slope(values) * (len(values) - 1)
