"""How times are told."""

from __future__ import annotations

import pytest

from quiz.clock import against, told


@pytest.mark.parametrize(
    ("seconds", "text"), [(0, "00:00"), (59.9, "00:59"), (61, "01:01"), (3599, "59:59"), (3600, "1:00:00")]
)
def test_told(seconds: float, text: str) -> None:
    """Minutes and seconds, hours where there are any; a second counts when it is over."""
    assert told(seconds) == text


@pytest.mark.parametrize(
    ("seconds", "budget", "text"),
    [
        (30, None, "00:30"),
        (30, 60, "00:30 of 01:00"),
        (60.5, 60, "01:00 of 01:00"),
        (61, 60, "01:01, over by 00:01"),
    ],
)
def test_against(seconds: float, budget: float | None, text: str) -> None:
    """A budget is told, and turns into words once it is over."""
    assert against(seconds, budget) == text
