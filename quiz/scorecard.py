"""The score of an interview: by section, by level, overall, and the level it speaks for.

What counts is what was marked. A question counts once one of its own points is marked, and a follow-up once one of its
points is; the points beside it that were left unmarked then count as missed. So a question that was only shown, and a
follow-up that was not asked, cost nothing. A skipped question counts neither way, whatever was marked before.
A covered point gives its weight, a partly covered one half of it. Marks of points, and sheets of questions, that the
bank does not have (any more) are left out.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from quiz.bank import Level
from quiz.estimate import Estimate, LevelScore, Outcome, estimated, score_levels
from quiz.session import Mark, Sheet
from quiz.tally import Tally, merged, scored

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from quiz.bank import Bank, Item, Point, Rule
    from quiz.session import Conclusion, Plan

STRONG: Final = 0.75  # from this share on a question is a strength
WEAK: Final = 0.5  # below it a gap
LADDER: Final = tuple(Level)


class State(StrEnum):
    """What became of a question of the plan."""

    SCORED = "scored"
    SKIPPED = "skipped"
    UNMARKED = "unmarked"  # it was shown, and none of its points was marked
    NOT_SHOWN = "not_shown"


@dataclass(frozen=True)
class ItemScore:
    """A question of the interview."""

    item: Item
    state: State
    tally: Tally
    red_flags: tuple[str, ...]  # those that were seen


@dataclass(frozen=True)
class SectionScore:
    """A section of the interview, with the questions that the plan has of it."""

    id: str
    title: str
    tally: Tally
    items: tuple[ItemScore, ...]


@dataclass(frozen=True)
class Topic:
    """A question that went well, or did not, with the points that show it."""

    item: Item
    share: float
    points: tuple[Point, ...]


@dataclass(frozen=True)
class Scorecard:
    """Everything that is worked out from an interview; `level` is the last word on it, None where nobody gave one."""

    overall: Tally
    sections: tuple[SectionScore, ...]
    levels: tuple[LevelScore, ...]
    rule: Rule
    estimate: Estimate
    level: Level | None
    overruled: bool  # the interviewer named another level than the rule, which had enough points to judge by
    strengths: tuple[Topic, ...]
    gaps: tuple[Topic, ...]
    gone: tuple[str, ...]  # questions of the plan that the bank does not have

    @property
    def items(self) -> tuple[ItemScore, ...]:
        """Every question of the plan, section by section."""
        return tuple(item for section in self.sections for item in section.items)

    def in_state(self, state: State) -> tuple[Item, ...]:
        """Return the questions that ended in a state."""
        return tuple(score.item for score in self.items if score.state is state)


def make_scorecard(bank: Bank, plan: Plan, sheets: Mapping[str, Sheet], conclusion: Conclusion) -> Scorecard:
    """Score an interview. Sections are in the order in which the plan comes to them."""
    items = [score_item(bank.item(one), sheets.get(one, Sheet())) for one in plan.items if one in bank.items]
    overall = merged(score.tally for score in items)
    levels = score_levels(overall, bank.rule)
    estimate = estimated(levels)
    return Scorecard(
        overall=overall,
        sections=tuple(sectioned(bank, items)),
        levels=levels,
        rule=bank.rule,
        estimate=estimate,
        level=conclusion.level or estimate.level,
        overruled=is_overruled(estimate, conclusion),
        strengths=strengths(items, plan.level),
        gaps=gaps(items, plan.level),
        gone=tuple(one for one in plan.items if one not in bank.items),
    )


def is_overruled(estimate: Estimate, conclusion: Conclusion) -> bool:
    """Whether the interviewer's level stands against what the rule says."""
    return estimate.outcome is not Outcome.UNKNOWN and conclusion.level not in {None, estimate.level}


def score_item(item: Item, sheet: Sheet) -> ItemScore:
    """Score a question."""
    tally = Tally(() if sheet.skipped else tuple(scored(item, sheet.marks)))
    flags = tuple(text for position, text in enumerate(item.red_flags) if position in sheet.red_flags)
    return ItemScore(item, state_of(sheet, tally), tally, flags)


def state_of(sheet: Sheet, tally: Tally) -> State:
    """Return what became of a question."""
    if sheet.skipped:
        return State.SKIPPED
    if tally.points:
        return State.SCORED
    return State.UNMARKED if sheet.asked else State.NOT_SHOWN


def sectioned(bank: Bank, items: Sequence[ItemScore]) -> Iterator[SectionScore]:
    """Yield the sections, each with its questions."""
    sections = {bank.section_of(score.item.id).id: bank.section_of(score.item.id) for score in items}
    for section in sections.values():
        own = tuple(score for score in items if score.item in section.items)
        yield SectionScore(section.id, section.title, merged(score.tally for score in own), own)


def strengths(items: Iterable[ItemScore], level: Level | None) -> tuple[Topic, ...]:
    """Return the questions that went well, the best first, with the points that were covered."""
    found = (topic for score in items for topic in judged(score, level, Mark.COVERED, Mark.PARTLY))
    return tuple(sorted((topic for topic in found if topic.share >= STRONG), key=lambda topic: -topic.share))


def gaps(items: Iterable[ItemScore], level: Level | None) -> tuple[Topic, ...]:
    """Return the questions that did not go well, the worst first, with the points that were missed."""
    found = (topic for score in items for topic in judged(score, level, Mark.MISSED, Mark.PARTLY))
    return tuple(sorted((topic for topic in found if topic.share < WEAK), key=lambda topic: topic.share))


def judged(score: ItemScore, level: Level | None, *marks: Mark) -> Iterator[Topic]:
    """Yield a question's topic, by the points that are expected of whom the interview is for, where there are any."""
    expected = Tally(tuple(one for one in score.tally.points if is_expected(one.point, level)))
    points = sorted((one.point for one in expected.of(*marks)), key=lambda point: -point.weight)
    if expected.share is not None:
        yield Topic(score.item, expected.share, tuple(points))


def is_expected(point: Point, level: Level | None) -> bool:
    """Whether a point is of a candidate's level or one below."""
    return level is None or LADDER.index(point.level) <= LADDER.index(level)
