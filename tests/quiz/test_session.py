"""The engine: what is entered is kept at once, the clocks run over pauses and crashes, a changed bank loses nothing."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from checker.errors import UsageError
from quiz.bank import Bank
from quiz.session import Conclusion, Mark, Recommendation, Session, Sheet

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.quiz.conftest import Bench


def without(bank: Bank, *items: str) -> Bank:
    """Return a bank that lacks items."""
    content = bank.model_dump()
    for section in content["sections"]:
        section["items"] = [item for item in section["items"] if item["id"] not in items]
    content["sections"] = [section for section in content["sections"] if section["items"]]
    return Bank.model_validate(content)


CHANGES: dict[str, tuple[Callable[[Session], None], dict[str, Any]]] = {
    "mark": (lambda session: session.mark("finally", Mark.PARTLY), {"marks": {"finally": Mark.PARTLY}}),
    "follow-up": (lambda session: session.mark("leak", Mark.MISSED), {"marks": {"leak": Mark.MISSED}}),
    "note": (lambda session: session.write_note("well told"), {"note": "well told"}),
    "said": (lambda session: session.write_said("a generator"), {"said": "a generator"}),
    "red flag": (lambda session: session.see_red_flag(0, seen=True), {"red_flags": (0,)}),
    "flag": (lambda session: session.flag(flagged=True), {"flagged": True}),
    "skip": (lambda session: session.skip(skipped=True), {"skipped": True}),
}


@pytest.mark.parametrize("change", CHANGES)
def test_everything_entered_is_in_the_store_when_the_call_returns(bench: Bench, change: str) -> None:
    """Whatever is entered is kept before the next thing can happen."""
    session = bench.begin("q1", "q2")
    enter, fields = CHANGES[change]
    enter(session)
    assert bench.store.load(session.id).sheets["q1"] == replace(Sheet(asked=True), **fields)
    assert session.sheet == bench.store.load(session.id).sheets["q1"]


def test_marks_and_flags_are_taken_back(bench: Bench) -> None:
    """A mark, a red flag and a flag that are taken back leave nothing behind."""
    session = bench.begin("q1")
    session.mark("finally", Mark.COVERED)
    session.see_red_flag(0, seen=True)
    session.flag(flagged=True)
    session.mark("finally", None)
    session.see_red_flag(0, seen=False)
    session.flag(flagged=False)
    assert session.sheet == Sheet(asked=True)


def test_a_skipped_question_keeps_its_marks_and_a_mark_takes_the_skip_back(bench: Bench) -> None:
    """Skipping loses nothing, and marking a point of a skipped question counts it again."""
    session = bench.begin("q1")
    session.mark("finally", Mark.COVERED)
    session.skip(skipped=True)
    assert session.sheet.marks == {"finally": Mark.COVERED}
    session.mark("generator", Mark.MISSED)
    assert not session.sheet.skipped


def test_what_is_not_there_is_refused_and_changes_nothing(bench: Bench) -> None:
    """A position, a point and a red flag that the interview does not have raise, negative ones too."""
    session = bench.begin("q1", "q2")
    before = bench.store.load(session.id)
    for position in (-1, 2):
        with pytest.raises(IndexError):
            session.go(position)
    for position in (-1, 1):
        with pytest.raises(IndexError):
            session.see_red_flag(position, seen=True)
    with pytest.raises(KeyError):
        session.mark("types", Mark.COVERED)
    assert bench.store.load(session.id) == before


def test_a_store_that_fails_is_heard_and_nothing_entered_before_is_lost(bench: Bench) -> None:
    """A full disk raises at each change, the session keeps what it had, and goes on when there is space again."""
    session = bench.begin("q1", "q2")
    session.write_note("kept")
    bench.clock.now += 10
    bench.store.broken = True
    changes: list[Callable[[], None]] = [lambda: session.write_note("lost"), lambda: session.go(1), session.end]
    for change in changes:
        with pytest.raises(OSError, match="No space left"):
            change()
    assert (session.position, session.ended, session.paused) == (0, None, False)
    bench.store.broken = False
    session.mark("finally", Mark.COVERED)
    assert bench.store.load(session.id).sheets["q1"] == Sheet(
        marks={"finally": Mark.COVERED}, note="kept", asked=True, seconds=10
    )


def test_each_question_has_a_clock_that_pauses(bench: Bench) -> None:
    """Seconds count for the question on screen alone, over all its visits, and not while the interview is paused."""
    session = bench.begin("q1", "q2", "q3")
    bench.clock.now += 60
    session.go(1)
    bench.clock.now += 5
    session.pause(paused=True)
    bench.clock.now += 1000
    assert (session.seconds, session.section_seconds) == (5, 65)
    session.go(0)
    bench.clock.now += 1000
    session.pause(paused=False)
    bench.clock.now += 1
    assert (session.seconds, session.section_seconds) == (61, 66)
    assert {item: sheet.seconds for item, sheet in session.sheets.items()} == {"q1": 61, "q2": 5}


def test_pausing_twice_is_pausing_once(bench: Bench) -> None:
    """A second pause, or a second going on, neither adds nor loses time."""
    session = bench.begin("q1")
    for paused in (True, True, False, False):
        bench.clock.now += 10
        session.pause(paused=paused)
    bench.clock.now += 1
    assert session.seconds == 10 + 10 + 1  # before the first pause, and after going on


def test_a_crash_loses_the_time_since_the_last_tick_and_nothing_else(bench: Bench) -> None:
    """A session that is just dropped is gone on with where it stood, its clock at the last tick."""
    session = bench.begin("q1", "q2")
    session.go(1)
    session.mark("types", Mark.COVERED)
    bench.clock.now += 30
    session.tick()
    bench.clock.now += 4
    resumed = bench.resume(session.id)
    assert (resumed.item.id, resumed.seconds, resumed.paused) == ("q2", 30, False)
    assert resumed.sheet.marks == {"types": Mark.COVERED}
    bench.clock.now += 1
    assert resumed.seconds == 31


def test_the_end_stops_the_clocks_and_an_ended_interview_goes_on(bench: Bench) -> None:
    """Nothing ticks after the end; resuming lets the clocks go on from there, and it can be ended again."""
    session = bench.begin("q1")
    bench.clock.now += 20
    session.conclude(Conclusion(Recommendation.YES))
    session.end()
    bench.clock.now += 500
    assert session.seconds == 20
    resumed = bench.resume(session.id)
    assert (resumed.conclusion.recommendation, resumed.seconds) == (Recommendation.YES, 20)
    first = resumed.ended
    resumed.end()
    assert first is not None
    assert resumed.ended is not None
    assert resumed.ended >= first


@pytest.mark.parametrize(
    ("items", "at", "budget"),
    [
        (("q1", "q2"), 0, 30 * 60.0),
        (("q1",), 0, 18 * 60.0),  # 6 of the 10 minutes that the section's questions take
        (("q2", "q3"), 0, 12 * 60.0),
        (("q3",), 0, 20 * 60.0),
        (("q1", "q4"), 1, None),
    ],
)
def test_a_section_may_take_its_questions_part_of_its_minutes(
    bench: Bench, items: tuple[str, ...], at: int, budget: float | None
) -> None:
    """A plan with some of a section's questions has that part of the budget; the bonus part has none."""
    session = bench.begin(*items)
    session.go(at)
    assert session.section_budget == (None if budget is None else pytest.approx(budget))


def test_two_interviews_at_a_time_keep_apart(bench: Bench) -> None:
    """What one session enters does not show in another one over the same store."""
    first, second = bench.begin("q1", candidate="Ada"), bench.begin("q1", candidate="Grace")
    first.mark("finally", Mark.COVERED)
    second.write_note("second")
    first.write_note("first")
    assert bench.store.load(first.id).sheets["q1"].note == "first"
    assert bench.store.load(second.id).sheets["q1"] == Sheet(note="second", asked=True)


@pytest.mark.parametrize(
    ("at", "gone", "stands_at"),
    [
        (1, ("q1",), "q2"),  # an earlier one went: the same question
        (1, ("q2",), "q3"),  # the one on screen went: the next
        (3, ("q4",), "q3"),  # the last one went: the one that is the last now
    ],
)
def test_a_question_that_left_the_bank_is_left_out(
    bench: Bench, at: int, gone: tuple[str, ...], stands_at: str
) -> None:
    """An interview goes on without what the bank no longer has, says so, and keeps what was entered there."""
    session = bench.begin()
    session.go(at)
    session.write_note("kept")
    written = session.item.id
    resumed = bench.resume(session.id, without(bench.bank, *gone))
    assert (resumed.item.id, resumed.gone) == (stands_at, gone)
    assert bench.store.load(session.id).sheets[written].note == "kept"
    assert bench.resume(session.id).item.id == stands_at  # the position means the same once the bank has it again


def test_an_interview_without_any_question_left_says_so(bench: Bench) -> None:
    """Where the bank has none of the questions any more, that is an error with what to type."""
    session = bench.begin("q1")
    with pytest.raises(UsageError, match="no question of interview 000000") as caught:
        bench.resume(session.id, without(bench.bank, "q1"))
    assert caught.value.next_step == "workbench quiz --list"


def test_marks_of_points_that_left_the_bank_stay(bench: Bench) -> None:
    """A mark of an unknown point survives other marks, and it is not there to be marked anew."""
    session = bench.begin("q1")
    bench.store.save_sheet(session.id, "q1", Sheet(marks={"former": Mark.COVERED}))
    resumed = bench.resume(session.id)
    resumed.mark("finally", Mark.MISSED)
    assert bench.store.load(session.id).sheets["q1"].marks == {"former": Mark.COVERED, "finally": Mark.MISSED}
    with pytest.raises(KeyError):
        resumed.mark("former", Mark.MISSED)


class AnyInterview(RuleBasedStateMachine):
    """An interview in any order of steps, crashes included, beside a model of what has to be kept."""

    def __init__(self, bench: Bench) -> None:
        super().__init__()
        self.bench = bench
        self.session = bench.begin()
        self.notes: dict[str, str] = {}
        self.marks: dict[tuple[str, str], Mark] = {}
        self.seconds = dict.fromkeys(bench.bank.items, 0.0)
        self.pending = 0.0  # what a crash may lose

    def keep(self) -> None:
        """Count what every change keeps: the seconds so far."""
        self.seconds[self.session.item.id] += self.pending
        self.pending = 0.0

    @rule(position=st.integers(0, 3))
    def go(self, position: int) -> None:
        """Go somewhere."""
        self.keep()
        self.session.go(position)

    @rule(seconds=st.integers(0, 600))
    def wait(self, seconds: int) -> None:
        """Let time pass."""
        self.bench.clock.now += seconds
        self.pending += 0 if self.session.paused else seconds

    @rule(text=st.text(max_size=5))
    def note(self, text: str) -> None:
        """Write a note."""
        self.keep()
        self.session.write_note(text)
        self.notes[self.session.item.id] = text

    @rule(index=st.integers(0, 20), mark=st.sampled_from([*Mark, None]))
    def mark(self, index: int, mark: Mark | None) -> None:
        """Mark a point, or take its mark back."""
        self.keep()
        points = self.session.item.every_point
        point = points[index % len(points)].id
        self.session.mark(point, mark)
        self.marks.pop((self.session.item.id, point), None)
        if mark is not None:
            self.marks[self.session.item.id, point] = mark

    @rule(paused=st.booleans())
    def pause(self, paused: bool) -> None:
        """Pause or go on."""
        self.keep()
        self.session.pause(paused=paused)

    @rule()
    def crash(self) -> None:
        """Lose the process and resume."""
        self.pending = 0.0
        position = self.session.position
        self.session = self.bench.resume(self.session.id)
        assert self.session.position == position

    @invariant()
    def nothing_is_lost(self) -> None:
        """Find what was entered, in the session and in the store."""
        kept = self.bench.store.load(self.session.id).sheets
        for sheets in (kept, self.session.sheets):
            assert {item: sheet.note for item, sheet in sheets.items() if sheet.note} == {
                item: note for item, note in self.notes.items() if note
            }
            assert {(item, point): mark for item, sheet in sheets.items() for point, mark in sheet.marks.items()} == (
                self.marks
            )
        assert {item: sheet.seconds for item, sheet in kept.items()} == pytest.approx(
            {item: self.seconds[item] for item in kept}
        )
        assert self.session.seconds == pytest.approx(self.seconds[self.session.item.id] + self.pending)


def test_any_order_of_steps_keeps_everything(bench: Bench) -> None:
    """Whatever is done in whatever order, and wherever the process dies, what was entered is there."""
    run_state_machine_as_test(
        lambda: AnyInterview(bench),  # type: ignore[arg-type]  # typed as a class, documented as any factory
        settings=settings(max_examples=40, stateful_step_count=20),
    )
