"""The estimate: the rule of the bank, as a table."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from quiz.bank import Level, Point, Rule
from quiz.estimate import Estimate, Outcome, estimated, score_levels
from quiz.session import Mark
from quiz.tally import Scored, Tally

if TYPE_CHECKING:
    from collections.abc import Iterator

RULE = Rule(text="Sixty, and two points.", shares=dict.fromkeys(Level, 0.6), least_points=2)
MARKS = {"c": Mark.COVERED, "p": Mark.PARTLY, "m": Mark.MISSED}


def points(level: Level, marks: str) -> Iterator[Scored]:
    """Yield a point for each letter; one letter and a digit is a point of that weight."""
    for place, word in enumerate(marks.split()):
        weight = int(word[1:] or 1)
        point = Point(id=f"p{place}", text="One", level=level, weight=weight, keywords=("one",))
        yield Scored("q1", point, MARKS[word[0]])


@pytest.mark.parametrize(
    ("junior", "mid", "senior", "estimate"),
    [
        ("", "", "", Estimate(Outcome.UNKNOWN, None)),
        ("c", "c", "c", Estimate(Outcome.UNKNOWN, None)),  # one point of each is too few of each
        ("m m", "", "", Estimate(Outcome.BELOW, None)),
        ("c c", "", "", Estimate(Outcome.LEVEL, Level.JUNIOR)),
        ("c c c m m", "", "", Estimate(Outcome.LEVEL, Level.JUNIOR)),  # 60 % to the point
        ("c c p m m", "", "", Estimate(Outcome.BELOW, None)),  # 50 %
        ("c c p p m", "", "", Estimate(Outcome.LEVEL, Level.JUNIOR)),  # two halves are a whole
        ("c2 m", "", "", Estimate(Outcome.LEVEL, Level.JUNIOR)),  # by weight, not by count
        ("c m3", "", "", Estimate(Outcome.BELOW, None)),
        ("c c", "c c", "", Estimate(Outcome.LEVEL, Level.MID)),
        ("c c", "c c", "c c", Estimate(Outcome.LEVEL, Level.SENIOR)),
        ("c c", "m m", "c c", Estimate(Outcome.LEVEL, Level.JUNIOR)),  # a level that is missed ends it
        ("m m", "c c", "c c", Estimate(Outcome.BELOW, None)),
        ("c", "c c", "", Estimate(Outcome.LEVEL, Level.MID)),  # a level with too few points is passed over
        ("m", "c c", "c c", Estimate(Outcome.LEVEL, Level.SENIOR)),
        ("c c", "m", "c c", Estimate(Outcome.LEVEL, Level.SENIOR)),
        ("", "", "m m", Estimate(Outcome.BELOW, None)),
        ("c c", "", "m m", Estimate(Outcome.LEVEL, Level.JUNIOR)),
    ],
)
def test_the_highest_level_with_none_missed_below_it(junior: str, mid: str, senior: str, estimate: Estimate) -> None:
    """The estimate climbs while shares are reached, and passes over what too few points were asked of."""
    tally = Tally(
        tuple(one for level, marks in zip(Level, (junior, mid, senior), strict=True) for one in points(level, marks))
    )
    assert estimated(score_levels(tally, RULE)) == estimate


def test_the_evidence_is_the_points_of_each_level() -> None:
    """A level's score holds its points alone, their weights, and the share that was needed."""
    tally = Tally((*points(Level.JUNIOR, "c2 p m"), *points(Level.SENIOR, "m")))
    junior, mid, senior = score_levels(tally, RULE)
    assert (junior.tally.covered, junior.tally.asked, junior.needed) == (2.5, 4, 0.6)
    assert [one.mark for one in junior.tally.points] == [Mark.COVERED, Mark.PARTLY, Mark.MISSED]
    assert (mid.tally.points, mid.tally.share) == ((), None)
    assert [one.point.level for one in senior.tally.points] == [Level.SENIOR]
