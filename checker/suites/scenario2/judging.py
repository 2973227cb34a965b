"""What several of scenario2's checks need to judge."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from checker.kit.expect import NotRun

if TYPE_CHECKING:
    from checker.suites.scenario2.costs import Cost

SHOWN: Final = 400  # characters of a statement that a message shows


def answered(cost: Cost) -> Cost:
    """Return what a request came to where it was answered; what is answered is another requirement's business."""
    if cost.reply.status != 200:
        raise NotRun(f"{cost.reply.asked} is not answered with 200: {cost.reply}")
    return cost


def shortened(text: str) -> str:
    """Return a statement as a message shows it."""
    return f"{' '.join(text.split()):.{SHOWN}}"
