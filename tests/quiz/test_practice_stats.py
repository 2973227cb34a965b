"""Practice in numbers: what the heat map and the forecast count, and that they can be read without colour."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import pytest

from quiz.bank import Level
from quiz.practice import Card, Practice, Review
from quiz.practice_stats import forecast, later, section_stats
from quiz.practice_tables import render_stats
from quiz.schedule import DAY, day_start
from quiz.session import Mark

if TYPE_CHECKING:
    from collections.abc import Sequence

    from quiz.bank import Bank
    from tests.quiz.conftest import Clock

C, P, M = Mark.COVERED, Mark.PARTLY, Mark.MISSED
TODAY = dt.date(2027, 1, 15)


class Memory:
    """A store that forgets when it is gone."""

    def __init__(self) -> None:
        self.kept: dict[str, Card] = {}
        self.past: list[Review] = []

    def cards(self) -> Sequence[Card]:
        """Return every card."""
        return list(self.kept.values())

    def reviews(self) -> Sequence[Review]:
        """Return every review."""
        return self.past

    def save(self, review: Review, cards: Sequence[Card]) -> None:
        """Keep both."""
        self.past.append(review)
        self.kept.update({card.id: card for card in cards})


@pytest.fixture
def practice(bank: Bank, clock: Clock) -> Practice:
    """Return a practice of which q1 was answered twice and q3 not at all, on a day at noon."""
    clock.now = day_start(TODAY) + DAY / 2
    made = Practice(bank, Memory(), None, clock)
    first, second = (one.parts[0] for one in made.new_rounds(bank.items.values())[:2])
    made.rate(first, {})
    made.rate(first, {"generator": C, "finally": P, "connection": M})
    made.rate(second, {"types": C, "injection": M, "hidden": C})
    return made


def test_what_was_covered_the_last_time_counts(practice: Practice) -> None:
    """By section and level the latest marks count by weight; a level that was not asked has no share."""
    first, second, bonus = section_stats(practice)
    assert first.shares == {Level.JUNIOR: 1.0, Level.MID: pytest.approx(1 / 4), Level.SENIOR: 1.0}
    assert (first.practised, first.due, first.recall) == (2, 0, 1.0)
    assert second.shares == dict.fromkeys(Level)
    assert (second.practised, second.recall, bonus.practised) == (0, None, 0)


def test_the_forecast_counts_a_question_once(practice: Practice, clock: Clock) -> None:
    """A question counts on the day on which the first of its cards is due, and on today if that is over."""
    days = forecast(practice, 3)
    assert days == [(TODAY, 0), (TODAY + dt.timedelta(days=1), 2), (TODAY + dt.timedelta(days=2), 0)]
    assert later(practice, days[:1]) == 2
    clock.now += 5 * DAY
    assert forecast(practice, 1) == [(TODAY + dt.timedelta(days=5), 2)]


def test_the_tables_can_be_read_without_colour(practice: Practice) -> None:
    """Each cell has a shade and a number, each day a number; nothing steers a terminal, and no line is too long."""
    text = render_stats(practice, 80, color=False)
    assert "\x1b" not in text
    assert max(map(len, text.splitlines())) <= 80
    assert any(line.split()[:2] == ["section1", "Section"] for line in text.splitlines())
    assert "██ 100%" in text
    assert "░░  25%" in text
    assert any(line.split() == ["Sat", "16", "Jan", "2", "▇" * 20] for line in text.splitlines())
    assert "2 of 4 questions practised, 0 due now, 0 due later." in text
    assert "\x1b[" in render_stats(practice, 80, color=True)


def test_nothing_practised_is_told_as_well(bank: Bank, clock: Clock) -> None:
    """Without any practice every cell is empty and no day has a bar."""
    text = render_stats(Practice(bank, Memory(), None, clock), 80, color=False)
    assert "0 of 4 questions practised" in text
    assert "▇" not in text
