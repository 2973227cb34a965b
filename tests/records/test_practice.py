"""Practice in the records, on SQLite and on PostgreSQL."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from sqlalchemy.exc import StatementError

from quiz.practice import Card, Review
from quiz.session import Mark
from records.practice import PracticeRecords

if TYPE_CHECKING:
    from quiz.practice import PracticeStore
    from records.connection import Records

REVIEW = Review("q1", 5.5, {"gil": Mark.PARTLY}, {"q1": 3, "q1/junior": 1}, "it blocks\x00", 12.25)


@pytest.fixture
def store(records: Records) -> PracticeRecords:
    """Return the store of practice of new records."""
    return PracticeRecords(records)


def test_it_is_the_store_that_practice_asks_for(store: PracticeRecords) -> None:
    """The class has every call of the protocol, and holds nothing at first."""
    asked: PracticeStore = store
    assert (list(asked.cards()), list(asked.reviews())) == ([], [])


def test_reviews_and_cards_come_back(store: PracticeRecords) -> None:
    """Reviews are added, the oldest first; a card is replaced; ids may be long."""
    long = f"q1/{'very-' * 20}long"
    store.save(REVIEW, [Card("q1", "q1", 10.0, {"stability": 2.5}), Card(long, "q1", 1.0)])
    store.save(Review("q2", 4.0, {}, {}), [Card("q1", "q1", 20.5, {"step": None})])
    assert store.cards() == [Card("q1", "q1", 20.5, {"step": None}), Card(long, "q1", 1.0, {})]
    early, late = store.reviews()
    assert early == Review("q2", 4.0, {}, {})
    assert late == Review("q1", 5.5, {"gil": Mark.PARTLY}, {"q1": 3, "q1/junior": 1}, "it blocks�", 12.25)


def test_all_of_it_or_nothing(store: PracticeRecords) -> None:
    """Where one of the cards cannot be kept, nor are the others, nor is the review."""
    with pytest.raises((TypeError, StatementError)):  # as it is, or wrapped, by the driver that writes the JSON
        store.save(REVIEW, [Card("q1", "q1", 1.0), Card("q2", "q2", 1.0, {"what": object()})])
    assert (store.cards(), store.reviews()) == ([], [])
