"""The hidden suite of the tiny kata."""

from __future__ import annotations

from checker.kit.expect import proves


@proves("alpha")
def test_alpha() -> None:
    """Alpha does."""


@proves("beta")
def test_beta() -> None:
    """Beta does."""
