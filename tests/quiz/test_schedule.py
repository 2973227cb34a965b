"""The schedule: ratings by what was covered, FSRS's intervals, and an interview's date that shortens them."""

from __future__ import annotations

import datetime as dt
import json
from typing import TYPE_CHECKING

import pytest

from quiz.practice import Card
from quiz.schedule import DAY, Rating, day_start, due_at, last_review, next_day_start, rated, recall, reviewed
from quiz.session import Mark
from quiz.tally import tallied

if TYPE_CHECKING:
    from quiz.bank import Bank

NOW = 1_800_000_000.0
C, P, M = Mark.COVERED, Mark.PARTLY, Mark.MISSED

RATINGS = [
    ({"generator": C, "finally": C, "connection": C}, 1.0, Rating.GOOD),
    ({"generator": P, "finally": C, "connection": C}, 0.875, Rating.GOOD),
    ({"finally": C, "connection": C}, 0.75, Rating.HARD),
    ({"finally": C}, 0.5, Rating.HARD),
    ({"finally": P, "connection": P}, 0.375, Rating.AGAIN),
    ({"generator": M, "finally": M, "connection": M}, 0.0, Rating.AGAIN),
    ({}, 0.0, Rating.AGAIN),
]


@pytest.mark.parametrize(("marks", "part", "rating"), RATINGS)
def test_what_was_covered_makes_the_rating(bank: Bank, marks: dict[str, Mark], part: float, rating: Rating) -> None:
    """Weight counts, partly is a half, a point without a mark was missed."""
    covered = tallied("q1", bank.item("q1").points, marks)
    assert covered.share == part
    assert rated(covered) is rating


def days(card: Card) -> float:
    """Return how many days after its review a card is due."""
    last = last_review(card)
    assert last is not None
    return (card.due - last) / DAY


def test_intervals_grow_while_something_is_known_and_shrink_when_it_is_not() -> None:
    """What is known three times comes after longer and longer; once missed it comes again the next day."""
    card, at, intervals = Card("q1", "q1", NOW), NOW, []
    for _ in range(3):
        card = reviewed(card, Rating.GOOD, at)
        intervals.append(days(card))
        at = card.due
    assert intervals == sorted(set(intervals))
    assert intervals[0] >= 1
    assert days(reviewed(card, Rating.AGAIN, at)) < intervals[-1]
    assert days(reviewed(Card("q1", "q1", NOW), Rating.AGAIN, NOW)) == 1


def test_a_card_survives_json() -> None:
    """The state is plain data, from which the same schedule goes on."""
    card = reviewed(Card("q1", "q1", NOW), Rating.HARD, NOW)
    again = Card("q1", "q1", card.due, json.loads(json.dumps(card.state)))
    assert reviewed(again, Rating.GOOD, card.due) == reviewed(card, Rating.GOOD, card.due)


def test_recall_fades() -> None:
    """A card is certain right after its review, and less so with every day; a new one is not known at all."""
    card = reviewed(Card("q1", "q1", NOW), Rating.GOOD, NOW)
    chances = [recall(card, NOW + number * DAY) for number in (0, 3, 30)]
    assert chances == sorted(chances, reverse=True)
    assert chances[0] == 1.0
    assert recall(Card("q2", "q2", NOW), NOW) == 0.0


CAPS = [
    (None, 40.0),  # no interview
    (100, 40.0),  # so far off that it changes nothing
    (20, 10.0),  # half of what was left
    (1, 1.0),  # never less than a day
    (0, 40.0),  # it was over when the card was reviewed
    (-5, 40.0),
]


@pytest.mark.parametrize(("ahead", "expected"), CAPS)
def test_an_interview_shortens_intervals(ahead: float | None, expected: float) -> None:
    """At most half of the time that was left at the review passes, so that everything comes again before it."""
    state = {"last_review": dt.datetime.fromtimestamp(NOW, dt.UTC).isoformat()}
    card = Card("q1", "q1", NOW + 40 * DAY, state)
    interview = None if ahead is None else NOW + ahead * DAY
    assert (due_at(card, interview) - NOW) / DAY == expected


def test_days_begin_where_the_person_is() -> None:
    """A day begins at midnight by the local clock, and the next one after it."""
    start = day_start(dt.date(2026, 12, 20))
    local = dt.datetime.fromtimestamp(start).astimezone()
    assert (local.date(), local.hour, local.minute) == (dt.date(2026, 12, 20), 0, 0)
    assert next_day_start(start) == next_day_start(start + 3600) == day_start(dt.date(2026, 12, 21))
