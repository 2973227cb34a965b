"""The scorecard: what counts, by section and level, strengths and gaps, overruling."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from quiz.bank import Bank, Level
from quiz.estimate import Outcome
from quiz.scorecard import Scorecard, State, make_scorecard
from quiz.session import Conclusion, Mark, Plan, Sheet

if TYPE_CHECKING:
    from collections.abc import Mapping

MARKS = {"c": Mark.COVERED, "p": Mark.PARTLY, "m": Mark.MISSED}
Q1, Q2 = ("generator", "finally", "connection"), ("types", "injection", "hidden")  # weights 1 2 1 and 1 1 2
ONE_JUNIOR_POINT_EACH = (("q1", ("generator",)), ("q2", ("types",)))


def sheet(points: tuple[str, ...], marks: str, **fields: object) -> Sheet:
    """Return a sheet with a mark for each letter, `-` for none."""
    given = {point: MARKS[letter] for point, letter in zip(points, marks, strict=True) if letter != "-"}
    return replace(Sheet(marks=given, asked=True), **fields)  # type: ignore[arg-type]  # callers name fields


def card(bank: Bank, sheets: Mapping[str, Sheet], *items: str, level: Level | None = None) -> Scorecard:
    """Return the scorecard of an interview of these items, or of all."""
    return make_scorecard(bank, Plan(items or tuple(bank.items), level), sheets, Conclusion())


@pytest.mark.parametrize(
    ("marks", "covered", "asked"),
    [
        ("ccc", 4.0, 4),
        ("mmm", 0.0, 4),
        ("cpm", 2.0, 4),  # half of the second's weight of 2
        ("c--", 1.0, 4),  # what is unmarked beside a mark is missed
        ("--m", 0.0, 4),
        ("---", 0.0, 0),  # a question that was only shown costs nothing
    ],
)
def test_a_question_counts_once_a_point_is_marked(bank: Bank, marks: str, covered: float, asked: int) -> None:
    """Covered gives a point's weight, partly half of it, and unmarked points of an asked question nothing."""
    overall = card(bank, {"q1": sheet(Q1, marks)}).overall
    assert (overall.covered, overall.asked) == (covered, asked)
    assert overall.share == (covered / asked if asked else None)


def test_a_follow_up_counts_by_itself(bank: Bank) -> None:
    """A follow-up that was not asked costs nothing, and one that was counts with all its points."""
    asked = card(bank, {"q1": sheet((*Q1, "leak"), "cccc")}).overall
    assert (asked.covered, asked.asked) == (5.0, 6)
    alone = card(bank, {"q1": sheet(("collector",), "c")}).overall
    assert (alone.covered, alone.asked) == (1.0, 2)


def test_what_became_of_each_question_is_told(bank: Bank) -> None:
    """Scored, skipped, shown without a mark and never shown are four things, and one of them counts."""
    sheets = {"q1": sheet(Q1, "ccc"), "q2": sheet(Q2, "mmm", skipped=True), "q3": Sheet(asked=True)}
    found = card(bank, sheets)
    states = {score.item.id: score.state for score in found.items}
    assert states == {"q1": State.SCORED, "q2": State.SKIPPED, "q3": State.UNMARKED, "q4": State.NOT_SHOWN}
    assert found.overall.share == 1.0
    assert [item.id for item in found.in_state(State.SKIPPED)] == ["q2"]


def test_an_interview_in_which_nothing_was_asked_has_no_score(bank: Bank) -> None:
    """Nothing asked is no share, no estimate, no strength and no gap."""
    found = card(bank, {})
    assert (found.overall.share, found.level, found.estimate.outcome) == (None, None, Outcome.UNKNOWN)
    assert (found.strengths, found.gaps, found.overruled) == ((), (), False)


def test_sections_are_those_of_the_plan_in_its_order(bank: Bank) -> None:
    """A section shows with the questions that the plan has of it, in the order of the interview."""
    found = card(bank, {"q3": sheet(("order", "ready"), "cm"), "q1": sheet(Q1, "mmm")}, "q3", "q1")
    assert [(section.id, section.tally.covered, section.tally.asked) for section in found.sections] == [
        ("section2", 1.0, 2),
        ("section1", 0.0, 4),
    ]
    assert [score.item.id for section in found.sections for score in section.items] == ["q3", "q1"]


def test_strengths_and_gaps_name_their_points(bank: Bank) -> None:
    """From three quarters on a question is a strength, below a half a gap; the points show why, the heaviest first."""
    found = card(bank, {"q1": sheet(Q1, "pcc"), "q2": sheet(Q2, "pmm"), "q3": sheet(("order", "ready"), "cm")})
    (strength,) = found.strengths
    (gap,) = found.gaps
    assert (strength.item.id, strength.share) == ("q1", 0.875)
    assert [point.id for point in strength.points] == ["finally", "generator", "connection"]
    assert (gap.item.id, gap.share) == ("q2", 0.125)
    assert [point.id for point in gap.points] == ["hidden", "types", "injection"]


def test_more_than_is_expected_of_a_level_is_no_gap(bank: Bank) -> None:
    """Points above the level that the interview is for make no gap, though they count in the score."""
    sheets = {"q2": sheet(Q2, "ccm")}
    assert [topic.item.id for topic in card(bank, sheets, level=Level.MID).strengths] == ["q2"]
    assert card(bank, sheets, level=Level.SENIOR).strengths == ()
    assert card(bank, sheets, level=Level.MID).overall.share == 0.5
    only_above = {"q2": sheet(("reports",), "m")}
    assert card(bank, only_above, level=Level.JUNIOR).gaps == ()


@pytest.mark.parametrize(
    ("marks", "named", "level", "overruled"),
    [
        ("cc", None, Level.JUNIOR, False),
        ("cc", Level.JUNIOR, Level.JUNIOR, False),  # confirmed
        ("cc", Level.SENIOR, Level.SENIOR, True),
        ("mm", None, None, False),  # below junior
        ("mm", Level.JUNIOR, Level.JUNIOR, True),
        ("--", Level.MID, Level.MID, False),  # there was no estimate to overrule
    ],
)
def test_overruling_is_recorded_as_such(
    bank: Bank, marks: str, named: Level | None, level: Level | None, overruled: bool
) -> None:
    """The interviewer's level is the last word, and it is told apart from the rule's."""
    sheets = {item: sheet(points, mark) for (item, points), mark in zip(ONE_JUNIOR_POINT_EACH, marks, strict=True)}
    found = make_scorecard(bank, Plan(tuple(sheets)), sheets, Conclusion(level=named))
    assert (found.level, found.overruled) == (level, overruled)


def test_red_flags_that_were_seen_are_told(bank: Bank) -> None:
    """Red flags come in the bank's words, also of a question without a mark; a position that is gone is left out."""
    found = card(bank, {"q2": Sheet(asked=True, red_flags=(1, 7))})
    assert {score.item.id: score.red_flags for score in found.items if score.red_flags} == {
        "q2": ("Pastes values into statements",)
    }


def test_what_the_bank_no_longer_has_does_not_count(bank: Bank) -> None:
    """Marks of unknown points neither count nor make a question count; unknown questions are named."""
    sheets = {"q1": sheet(("former",), "c"), "q99": sheet(("p",), "c")}
    found = card(bank, sheets, "q1", "q99")
    assert (found.overall.share, found.gone) == (None, ("q99",))
    assert found.in_state(State.UNMARKED) == (bank.item("q1"),)


def any_sheets(bank: Bank) -> st.SearchStrategy[dict[str, Sheet]]:
    """Return whatever can have been entered."""
    marks = {
        item.id: st.dictionaries(st.sampled_from([point.id for point in item.every_point]), st.sampled_from(Mark))
        for item in bank.items.values()
    }
    sheets = {
        item: st.builds(Sheet, marks=some, asked=st.just(value=True), skipped=st.booleans())
        for item, some in marks.items()
    }
    return st.fixed_dictionaries({}, optional=sheets)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data(), level=st.sampled_from([None, *Level]))
def test_any_interview_adds_up(bank: Bank, data: st.DataObject, level: Level | None) -> None:
    """Sections and levels each add up to the whole, shares stay within 0 and 1, no question is strength and gap."""
    sheets = data.draw(any_sheets(bank))
    found = card(bank, sheets, level=level)
    for parts in ([section.tally for section in found.sections], [one.tally for one in found.levels]):
        assert sum(part.asked for part in parts) == found.overall.asked
        assert sum(part.covered for part in parts) == found.overall.covered
        assert all(part.share is None or 0 <= part.share <= 1 for part in parts)
    assert not {one.item.id for one in found.strengths} & {one.item.id for one in found.gaps}


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_a_better_mark_never_scores_less(bank: Bank, data: st.DataObject) -> None:
    """Turning a counted point's mark into covered never lowers the score, nor the estimate."""
    sheets = data.draw(any_sheets(bank))
    before = card(bank, sheets)
    if not before.overall.points:
        return
    better = data.draw(st.sampled_from(before.overall.points))
    kept = sheets[better.item]
    after = card(bank, {**sheets, better.item: replace(kept, marks={**kept.marks, better.point.id: Mark.COVERED})})
    assert (after.overall.share or 0) >= (before.overall.share or 0)
    ladder = [None, *Level]
    assert ladder.index(after.estimate.level) >= ladder.index(before.estimate.level)
