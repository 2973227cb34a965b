"""Practising alone: which points are scheduled together, what is asked, and what an answer changes.

It knows no screen. A face asks a part (a question's own points, or those of one follow-up), shows the points, and hands
in which of them were covered; what follows for the schedule is kept before the call returns.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from quiz.session import Mark


@dataclass(frozen=True)
class Card:
    """What the scheduler knows of a question (`q4`) or of a cluster of its points (`q4/advantages-mid`)."""

    id: str
    item: str
    due: float  # seconds since 1970, before an interview's date shortens it
    state: Mapping[str, Any] = field(default_factory=dict)  # the scheduler's own, as JSON


@dataclass(frozen=True)
class Review:
    """One part of a question that was practised; reviews are only ever added."""

    item: str
    at: float  # seconds since 1970
    marks: Mapping[str, Mark]  # by point id, of the points that were asked
    ratings: Mapping[str, int]  # by card id: 1 again, 2 hard, 3 good, 4 easy
    answer: str = ""
    seconds: float = 0.0


class PracticeStore(Protocol):
    """Where practice is kept; what is saved is durable when the call returns."""

    def cards(self) -> Sequence[Card]:
        """Return every card."""
        ...

    def reviews(self) -> Sequence[Review]:
        """Return every review, the oldest first."""
        ...

    def save(self, review: Review, cards: Sequence[Card]) -> None:
        """Keep a review and the cards that it changed, in place of what was kept of them: all of it or nothing."""
        ...
