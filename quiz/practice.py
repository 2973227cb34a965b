"""Practising alone: what is asked next, and what an answer changes.

It knows no screen. A face asks a part (a question's own points, or those of one follow-up), shows the points, and hands
in which of them were covered; what follows for the schedule is kept before the call returns.

A question has a card once it was practised. A cluster of its points (`quiz.clusters`) has one from the first time on
that it was not known well, so that weak points come again by themselves, without the whole question.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol

from quiz.clusters import clusters, weak, whole
from quiz.schedule import Rating, due_at, next_day_start, rated, recall, reviewed
from quiz.tally import tallied

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from quiz.bank import Bank, Item
    from quiz.clusters import Part
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


@dataclass(frozen=True)
class Round:
    """A question to practise: the parts to ask, and since when it is due; None for a new or an early one."""

    item: Item
    parts: tuple[Part, ...]
    due: float | None = None


class Practice:
    """One person's practice of a bank; `interview` is when theirs is, in seconds since 1970, and shortens intervals."""

    def __init__(
        self, bank: Bank, store: PracticeStore, interview: float | None = None, clock: Callable[[], float] = time.time
    ) -> None:
        self.bank = bank
        self.now = clock
        self.interview = interview
        self._store = store
        known = {cluster.id for item in bank.items.values() for cluster in clusters(item)} | set(bank.items)
        self.cards = {card.id: card for card in store.cards() if card.id in known}  # the bank may have lost some

    def due(self, card: Card) -> float:
        """Return when a card is due, in seconds since 1970."""
        return due_at(card, self.interview)

    def is_due(self, card: Card) -> bool:
        """Whether a card is due today, whatever the hour, or was before: who practises in the evening may be early."""
        return self.due(card) < next_day_start(self.now())

    def due_rounds(self, items: Iterable[Item]) -> list[Round]:
        """Return what is due, the longest due first: a whole question where its card is, or else its weak clusters."""
        rounds = []
        for item in items:
            late = [card for card in self.cards.values() if card.item == item.id and self.is_due(card)]
            if late:
                ids = [card.id for card in late]
                parts = whole(item) if item.id in ids else weak(item, ids)
                rounds.append(Round(item, parts, min(map(self.due, late))))
        return sorted(rounds, key=lambda one: one.due or 0.0)

    def new_rounds(self, items: Iterable[Item]) -> list[Round]:
        """Return the questions that were never practised, in the bank's order."""
        seen = {card.item for card in self.cards.values()}
        return [Round(item, whole(item)) for item in items if item.id not in seen]

    def early_rounds(self, items: Iterable[Item]) -> list[Round]:
        """Return the questions that were practised and are not due, the least certain first."""
        now = self.now()
        chosen = list(items)
        late = {one.item.id for one in self.due_rounds(chosen)}
        cards = [self.cards[item.id] for item in chosen if item.id in self.cards and item.id not in late]
        weakest = sorted(cards, key=lambda card: recall(card, now))
        return [Round(self.bank.item(card.item), whole(self.bank.item(card.item))) for card in weakest]

    def rate(self, part: Part, marks: Mapping[str, Mark], answer: str = "", seconds: float = 0.0) -> list[Card]:
        """Keep which points of a part were covered (one without a mark was not); return the cards that this changed."""
        now = self.now()
        ratings = self._ratings(part, marks)
        changed = [
            reviewed(self.cards.get(identifier) or Card(identifier, part.item.id, now), rating, now)
            for identifier, rating in ratings.items()
        ]
        asked = {point.id for point in part.points}
        kept = {point: mark for point, mark in marks.items() if point in asked}
        self._store.save(Review(part.item.id, now, kept, dict(ratings), answer, seconds), changed)
        self.cards.update({card.id: card for card in changed})
        return changed

    def _ratings(self, part: Part, marks: Mapping[str, Mark]) -> dict[str, Rating]:
        found = {cluster.id: rated(tallied(part.item.id, cluster.points, marks)) for cluster in part.clusters}
        own = {one: rating for one, rating in found.items() if one in self.cards or rating is not Rating.GOOD}
        return {part.item.id: rated(tallied(part.item.id, part.points, marks)), **own} if part.whole else own

    def reviews(self) -> Sequence[Review]:
        """Return every review, the oldest first."""
        return self._store.reviews()
