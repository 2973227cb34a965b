"""When something is asked again: FSRS, and an interview's date that shortens its intervals.

There are no steps of minutes: what was missed today comes again tomorrow. The library's own fuzz is off, so that the
same answers give the same schedule.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from enum import IntEnum
from typing import TYPE_CHECKING, Final, cast

import fsrs

if TYPE_CHECKING:
    from fsrs.card import CardDict

    from quiz.practice import Card
    from quiz.tally import Tally

DAY: Final = 86_400.0
GOOD_FROM: Final = 0.85  # the part of the weight from which on an answer is good: one light point may be missing
HARD_FROM: Final = 0.5


class Rating(IntEnum):
    """How well something was known, in FSRS's numbers; ticking points says nothing about ease."""

    AGAIN = 1
    HARD = 2
    GOOD = 3


def rated(covered: Tally) -> Rating:
    """Return the rating that follows from what was covered; nothing asked is nothing known."""
    share = covered.share or 0.0
    if share >= GOOD_FROM:
        return Rating.GOOD
    return Rating.HARD if share >= HARD_FROM else Rating.AGAIN


def reviewed(card: Card, rating: Rating, at: float) -> Card:
    """Return a card after a review at `at`, seconds since 1970; an empty state is that of a new card."""
    after, _ = scheduler().review_card(known(card), fsrs.Rating(rating), moment(at))
    return replace(card, due=after.due.timestamp(), state=dict(after.to_dict()))


def recall(card: Card, at: float) -> float:
    """Return how likely it is that a card is known at `at`, 0 to 1."""
    return float(scheduler().get_card_retrievability(known(card), moment(at)))


def due_at(card: Card, interview: float | None) -> float:
    """Return when a card is due, seconds since 1970.

    With an interview ahead an interval is at most half of the time that was left at the review, and a day at least: so
    everything comes again before it, the weak more often, and not all at once.
    """
    last = last_review(card)
    if interview is None or last is None or interview <= last:
        return card.due
    return min(card.due, last + max(DAY, (interview - last) / 2))


def last_review(card: Card) -> float | None:
    """Return when a card was reviewed last, seconds since 1970."""
    last = card.state.get("last_review")
    return dt.datetime.fromisoformat(last).timestamp() if isinstance(last, str) else None


def scheduler() -> fsrs.Scheduler:
    """Return the scheduler, with FSRS's own parameters."""
    return fsrs.Scheduler(learning_steps=(), relearning_steps=(), enable_fuzzing=False)


def known(card: Card) -> fsrs.Card:
    """Return FSRS's card."""
    return fsrs.Card.from_dict(cast("CardDict", dict(card.state))) if card.state else fsrs.Card(card_id=0)


def moment(at: float) -> dt.datetime:
    """Return a time as FSRS wants it."""
    return dt.datetime.fromtimestamp(at, dt.UTC)


def day_of(at: float) -> dt.date:
    """Return the day, where the person is, of a time in seconds since 1970."""
    return dt.datetime.fromtimestamp(at).astimezone().date()


def day_start(day: dt.date) -> float:
    """Return when a day begins where the person is, seconds since 1970."""
    return dt.datetime.combine(day, dt.time()).astimezone().timestamp()


def next_day_start(at: float) -> float:
    """Return when the day after a time begins where the person is, both in seconds since 1970."""
    return day_start(day_of(at) + dt.timedelta(days=1))
