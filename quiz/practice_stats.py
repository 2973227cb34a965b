"""How practice stands: by section what was covered last time, and what is due on which day."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from quiz.bank import Level
from quiz.schedule import day_of, recall
from quiz.tally import Scored, Tally

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from quiz.bank import Item, Section
    from quiz.practice import Practice, Review
    from quiz.session import Mark


@dataclass(frozen=True)
class SectionStats:
    """A section. `shares` is which part of the weight of a level's points was covered the last time; None: not asked.

    `recall` is how likely the scheduler thinks its cards to be known now, on the average; None where there are none.
    """

    section: Section
    practised: int  # questions
    due: int  # questions of which something is due
    shares: Mapping[Level, float | None]
    recall: float | None


def section_stats(practice: Practice) -> list[SectionStats]:
    """Return how every section stands, in the bank's order."""
    latest = latest_marks(practice.reviews())
    return [one_section(practice, section, latest) for section in practice.bank.sections]


def one_section(practice: Practice, section: Section, latest: Mapping[str, Mapping[str, Mark | None]]) -> SectionStats:
    """Return how a section stands."""
    now, ids = practice.now(), {item.id for item in section.items}
    cards = [card for card in practice.cards.values() if card.item in ids]
    return SectionStats(
        section,
        practised=len({card.item for card in cards}),
        due=len({card.item for card in cards if practice.is_due(card)}),
        shares={level: level_share(section.items, level, latest) for level in Level},
        recall=sum(recall(card, now) for card in cards) / len(cards) if cards else None,
    )


def latest_marks(reviews: Iterable[Review]) -> dict[str, dict[str, Mark | None]]:
    """Return for each item the marks that its points got the last time they were asked; None for those left open."""
    latest: dict[str, dict[str, Mark | None]] = {}
    for review in reviews:
        latest.setdefault(review.item, {}).update(review.marks)
    return latest


def level_share(items: Iterable[Item], level: Level, latest: Mapping[str, Mapping[str, Mark | None]]) -> float | None:
    """Return which part of a level's weight was covered, of the points that were asked."""
    marked = ((item, point, latest.get(item.id, {}).get(point.id)) for item in items for point in item.every_point)
    asked = (Scored(item.id, point, mark) for item, point, mark in marked if point.level is level and mark is not None)
    return Tally(tuple(asked)).share


def forecast(practice: Practice, days: int) -> list[tuple[dt.date, int]]:
    """Return for each day from today on how many questions will be due, those that are late today."""
    today = day_of(practice.now())
    first: dict[str, float] = {}
    for card in practice.cards.values():
        first[card.item] = min(practice.due(card), first.get(card.item, practice.due(card)))
    counts = Counter(max(today, day_of(due)) for due in first.values())
    return [(day, counts[day]) for day in (today + dt.timedelta(days=number) for number in range(days))]


def later(practice: Practice, days: Sequence[tuple[dt.date, int]]) -> int:
    """Return how many practised questions are due after these days."""
    return len({card.item for card in practice.cards.values()}) - sum(number for _, number in days)
