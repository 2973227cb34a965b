"""The level that the answers speak for, by the bank's rule, with its evidence."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from quiz.bank import Level
from quiz.tally import Tally

if TYPE_CHECKING:
    from collections.abc import Sequence

    from quiz.bank import Rule


class Reach(StrEnum):
    """Whether the rule's share of a level was reached."""

    REACHED = "reached"
    MISSED = "missed"
    TOO_FEW = "too_few"  # fewer points were asked than the rule wants


@dataclass(frozen=True)
class LevelScore:
    """The points of a level: the evidence for the estimate. `needed` is the rule's share."""

    level: Level
    tally: Tally
    needed: float
    reach: Reach


class Outcome(StrEnum):
    """What kind of estimate it is."""

    LEVEL = "level"
    BELOW = "below"  # the lowest level that could be judged was not reached
    UNKNOWN = "unknown"  # too few points were asked at every level


@dataclass(frozen=True)
class Estimate:
    """The level that the answers speak for by the bank's rule; `level` is None unless the outcome is `level`."""

    outcome: Outcome
    level: Level | None


def score_levels(overall: Tally, rule: Rule) -> tuple[LevelScore, ...]:
    """Judge every level, the lowest first."""
    return tuple(score_level(level, overall, rule) for level in Level)


def score_level(level: Level, overall: Tally, rule: Rule) -> LevelScore:
    """Judge a level by the points of that level that were asked."""
    tally = Tally(tuple(one for one in overall.points if one.point.level is level))
    needed = rule.shares[level]
    if tally.share is None or len(tally.points) < rule.least_points:
        return LevelScore(level, tally, needed, Reach.TOO_FEW)
    return LevelScore(level, tally, needed, Reach.REACHED if tally.share >= needed else Reach.MISSED)


def estimated(levels: Sequence[LevelScore]) -> Estimate:
    """Return the highest level that is reached with none below it missed; one with too few points is passed over."""
    judged = [score for score in levels if score.reach is not Reach.TOO_FEW]
    if not judged:
        return Estimate(Outcome.UNKNOWN, None)
    reached: Level | None = None
    for score in judged:
        if score.reach is Reach.MISSED:
            break
        reached = score.level
    return Estimate(Outcome.BELOW if reached is None else Outcome.LEVEL, reached)
