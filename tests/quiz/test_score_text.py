"""The scorecard as sentences."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from quiz.bank import Bank, Level
from quiz.score_text import percent, score_lines
from quiz.scorecard import make_scorecard
from quiz.session import Conclusion, Mark, Plan, Sheet

if TYPE_CHECKING:
    from collections.abc import Mapping

WHOLE = """\
Overall: 60 %, 6 of 10 by weight, 8 points.
By section:
  Section 1: Sessions: 62 %, 5 of 8 by weight, 6 points.
  Section 2: Containers: 50 %, 1 of 2 by weight, 2 points.
  Bonus: nothing was asked.
By level:
  junior: 100 %, 3 of 3 by weight, 3 points; 60 % needed: reached.
    covered: q1 generator, q2 types, q3 order
  mid: 60 %, 3 of 5 by weight, 4 points; 60 % needed: reached.
    covered: q1 finally
    partly: q1 connection, q2 injection
    missed: q3 ready
  senior: 0 %, 0 of 2 by weight, 1 point; 60 % needed: too few points were asked to judge by.
    missed: q2 hidden
Estimate: mid.
  The rule: The highest level of whose points 60 % were covered, and of those below it.
Strengths:
  q1, Sessions of the database, 87 %: The `finally` block closes the session also where the request raised; A \
generator whose `yield` parts the making of the session from its end; A connection is opened for each request.
Gaps:
  q2, An ORM or SQL, 37 %: Statements are hidden, so that N+1 queries come easily; Values are bound and never pasted \
into a statement.
Red flags that were seen:
  q1: Opens one global session for all requests
Not scored, not shown: q4.
Not scored, no longer in the bank: q99.
"""
SHEETS: Mapping[str, Sheet] = {
    "q1": Sheet(
        marks={"generator": Mark.COVERED, "finally": Mark.COVERED, "connection": Mark.PARTLY},
        red_flags=(0,),
        asked=True,
    ),
    "q2": Sheet(marks={"types": Mark.COVERED, "injection": Mark.PARTLY}, asked=True),
    "q3": Sheet(marks={"order": Mark.COVERED}, asked=True),
}


def told(bank: Bank, sheets: Mapping[str, Sheet], conclusion: Conclusion) -> list[str]:
    """Return the lines of a scorecard over the whole bank, and a question that it lacks."""
    return list(score_lines(make_scorecard(bank, Plan((*bank.items, "q99")), sheets, conclusion)))


def test_a_scorecard_is_told_whole(bank: Bank) -> None:
    """Score, evidence by level, estimate and rule, strengths, gaps, red flags and what does not count."""
    assert told(bank, SHEETS, Conclusion()) == WHOLE.splitlines()


@pytest.mark.parametrize(
    ("sheets", "level", "line"),
    [
        (SHEETS, Level.MID, "Estimate: mid."),
        (SHEETS, Level.SENIOR, "Estimate: mid. The interviewer overruled it: senior."),
        ({}, None, "Estimate: none, as too few points were asked."),
        ({}, Level.MID, "Estimate: none, as too few points were asked. The interviewer says: mid."),
    ],
)
def test_who_says_which_level_is_told(bank: Bank, sheets: Mapping[str, Sheet], level: Level | None, line: str) -> None:
    """The rule's word and the interviewer's are told apart."""
    assert line in told(bank, sheets, Conclusion(level=level))


@pytest.mark.parametrize(
    ("share", "text"), [(0.0, "0 %"), (0.5999, "59 %"), (0.29, "29 %"), (0.6, "60 %"), (1.0, "100 %")]
)
def test_a_share_never_looks_better_than_it_is(share: float, text: str) -> None:
    """What is just below a threshold is not rounded up to it."""
    assert percent(share) == text
