"""How times are told: minutes and seconds, and a budget in words."""

from __future__ import annotations

from typing import Final

HOUR: Final = 3600


def told(seconds: float) -> str:
    """Return `02:14`, or `1:02:14` from an hour on."""
    whole = int(seconds)
    minutes = f"{whole % HOUR // 60:02}:{whole % 60:02}"
    return f"{whole // HOUR}:{minutes}" if whole >= HOUR else minutes


def against(seconds: float, budget: float | None) -> str:
    """Return a time with its budget: `02:14 of 06:00`, or `07:10, over by 01:10`; it advises and stops nothing."""
    if budget is None:
        return told(seconds)
    over = int(seconds) - int(budget)
    return f"{told(seconds)}, over by {told(over)}" if over > 0 else f"{told(seconds)} of {told(budget)}"
