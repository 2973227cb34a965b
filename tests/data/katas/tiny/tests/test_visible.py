"""What a candidate of the tiny kata sees."""

from __future__ import annotations


def test_nothing() -> None:
    """Nothing is promised."""
