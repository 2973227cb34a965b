"""Practice in the records: the store that `quiz.practice` asks for."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from quiz.practice import Card, Review
from quiz.session import Mark
from records.models import cards, reviews
from records.rows import put

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy import RowMapping

    from records.connection import Records


class PracticeRecords:
    """Keeps cards and reviews; every call is durable when it returns."""

    def __init__(self, records: Records) -> None:
        self._records = records

    def cards(self) -> list[Card]:
        """Return every card."""
        with self._records.reading() as connection:
            return [Card(**row) for row in connection.execute(select(cards).order_by(cards.c.id)).mappings()]

    def reviews(self) -> list[Review]:
        """Return every review, the oldest first."""
        ordered = select(reviews).order_by(reviews.c.at, reviews.c.id)
        with self._records.reading() as connection:
            return [as_review(row) for row in connection.execute(ordered).mappings()]

    def save(self, review: Review, changed: Sequence[Card]) -> None:
        """Keep a review and the cards that it changed, in place of what was kept of them: all of it or nothing."""
        with self._records.writing() as connection:
            connection.execute(reviews.insert().values(review_row(review)))
            for card in changed:
                values = {"item": card.item, "due": card.due, "state": dict(card.state)}
                put(connection, cards, {"id": card.id}, values)


def review_row(review: Review) -> dict[str, Any]:
    """Return a review's row."""
    return {
        "item": review.item,
        "at": review.at,
        "marks": {point: str(mark) for point, mark in review.marks.items()},
        "ratings": dict(review.ratings),
        "answer": review.answer,
        "seconds": review.seconds,
    }


def as_review(row: RowMapping) -> Review:
    """Return a review from its row."""
    marks = {point: Mark(mark) for point, mark in row["marks"].items()}
    plain = {name: row[name] for name in ("item", "at", "ratings", "answer", "seconds")}
    return Review(marks=marks, **plain)
