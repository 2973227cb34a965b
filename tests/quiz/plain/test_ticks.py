"""Ticks: what may be typed to say which points were covered."""

from __future__ import annotations

import pytest

from quiz.plain.actions import RefusedError
from quiz.plain.ticks import ticked

POINTS = ("a", "b", "c", "d")
TYPED = [
    ("all", "CCCC"),
    ("none", "MMMM"),
    ("1", "CMMM"),
    ("1,3", "CMCM"),
    ("2-4", "MCCC"),
    ("1 ~2", "CPMM"),
    ("~2-3", "MPPM"),
    ("ALL ~4", "CCCP"),
    ("~1 1", "CMMM"),
    ("none 4", "MMMC"),
]


@pytest.mark.parametrize(("text", "marks"), TYPED)
def test_numbers_ranges_and_words_are_read(text: str, marks: str) -> None:
    """Later words hold over earlier ones, and what is not named was missed."""
    assert "".join(mark.value[0].upper() for mark in ticked(text, POINTS).values()) == marks


@pytest.mark.parametrize("text", ["", "  ", "5", "0", "3-2", "1-9", "x", "~", "~all", "-1", "1--2", "²"])
def test_anything_else_is_refused(text: str) -> None:
    """The refusal says what may be typed."""
    with pytest.raises(RefusedError, match="as in: 1 3-4 ~2"):
        ticked(text, POINTS)
