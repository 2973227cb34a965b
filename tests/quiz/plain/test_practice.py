"""Practice line by line: what is asked, what may be answered, and that every way out keeps what was rated."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pytest

from checker.errors import ExitStatus, InfrastructureError, UsageError
from checker.interrupts import Interrupted
from quiz.plain.practice import PracticeFace
from quiz.practice import Practice
from quiz.practice_command import Call, agenda
from quiz.schedule import DAY
from records.database import open_records
from records.practice import PracticeRecords

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from quiz.bank import Bank
    from tests.quiz.conftest import Clock
    from tests.quiz.plain.conftest import Excerpt, Script


@dataclass
class Alone:
    """A bank, real records and a clock; `sit` practises with these lines typed."""

    bank: Bank
    store: Any
    clock: Clock
    script: Callable[[], Script]
    find_excerpt: Callable[[str], Excerpt]

    def sit(
        self, *lines: str | BaseException, call: Call | None = None, edit: Callable[[str], str] | None = None
    ) -> str:
        """Practise and return all that was shown."""
        practice = Practice(self.bank, self.store, None, self.clock)
        terminal = self.script()
        terminal.lines = list(lines)
        items = list(self.bank.items.values())
        face = PracticeFace(practice, terminal, self.find_excerpt, edit)
        try:
            face.run(agenda(practice, items, call or Call()))
        finally:
            self.shown = terminal.whole
        return self.shown

    @property
    def marks(self) -> list[tuple[str, str]]:
        """The reviews: of which question, and the first letters of its marks."""
        return [(one.item, "".join(mark[0] for mark in one.marks.values())) for one in self.store.reviews()]


@pytest.fixture
def alone(bank: Bank, clock: Clock, tmp_path: Path, script: Script) -> Iterator[Alone]:
    """Return a practice over a file of SQLite."""

    def excerpt(reference: str) -> Any:
        if reference != "app/database.py:get_db":
            raise InfrastructureError(f"there is no {reference}")
        return Code()

    with open_records(f"sqlite:///{tmp_path / 'records.sqlite3'}") as records:
        yield Alone(bank, PracticeRecords(records), clock, type(script), excerpt)


@dataclass(frozen=True)
class Code:
    """A piece of code."""

    path: str = "app/database.py"
    first_line: int = 12
    text: str = "def get_db():\n    yield\n"


def test_a_question_is_asked_answered_and_rated(alone: Alone) -> None:
    """The points come after the answer, with what it seems to say; ticks become marks; what comes again is told."""
    shown = alone.sit("with a generator, and", "the finally block closes it", ".", "1-2", "", "all", "q")
    asked, points = shown.index("Question: How does `get_db()`"), shown.index("Expected:")
    assert asked < shown.index("  12  def get_db():") < points
    assert "1. A generator whose" not in shown[:points]
    assert "Said: “generator”." in shown
    assert "Correction: A session takes its connection" in shown
    assert "Covered: 2 of 3 points, 75% of the weight." in shown
    assert "all of q1: again tomorrow" in shown
    assert "Follow-up: And if the last block had been forgotten?" in shown
    assert alone.marks == [("q1", "ccm"), ("q1", "cc")]
    assert alone.store.reviews()[0].answer == "with a generator, and\nthe finally block closes it"


def test_groups_corrections_and_katas_are_told(alone: Alone) -> None:
    """Points stand under their groups, and behind a question stands where to read on and what drills it."""
    shown = alone.sit("s", "", "all", "", "all", "", "all", "q")
    assert "  For it:\n  1. Types and completion" in shown
    assert "  Against it:\n  3. Statements are hidden" in shown
    assert "The code docker-compose.yml:database cannot be shown: there is no docker-compose.yml:database." in shown
    assert "Drill it in code: workbench start task1" in shown


def test_what_was_weak_comes_back_alone(alone: Alone, clock: Clock) -> None:
    """The next day the weak clusters are asked without the rest, and it is said what they are."""
    alone.sit("s", "", "all", "", "none", "q")
    clock.now += DAY
    shown = alone.sit("", "all", call=Call(due=True))
    assert "q2, An ORM or SQL. Section 2" not in shown
    assert "q2, An ORM or SQL. Section 1: Sessions, due today." in shown
    assert "Only what was weak: 1 follow-up." in shown
    assert "Types and completion" not in shown
    assert "That is all. Next is q2, tomorrow." in shown
    assert alone.marks[-1] == ("q2", "c")


def test_with_due_nothing_new_is_asked(alone: Alone) -> None:
    """Where nothing is due that is said, and it ends."""
    assert alone.sit(call=Call(due=True)).endswith("\nThat is all.\n")
    assert alone.marks == []


def test_a_named_section_can_be_practised_ahead_of_time(alone: Alone, clock: Clock) -> None:
    """What is not due is asked as well, but nothing twice a day."""
    call = Call(section="1")
    first = alone.sit(*["", "all"] * 6, call=call)
    assert first.count("Question: ") == 4
    assert alone.sit(call=call).count("Question: ") == 0
    clock.now += DAY
    again = alone.sit(*["", "all"] * 6, call=call)
    assert "ahead of its time" in again
    assert again.count("Question: ") == 4


def test_skipping_leaves_no_trace(alone: Alone) -> None:
    """A skipped question is left with its follow-ups, a skipped follow-up alone; neither is rated."""
    shown = alone.sit("s", "", "s", "", "all", "", "all", "q")
    assert shown.count("Skipped; it comes again as it would have.") == 2
    assert alone.marks == [("q3", "cc"), ("q4", "c")]


def test_what_makes_no_sense_is_asked_again(alone: Alone) -> None:
    """A wrong tick, an empty one and a call for help change nothing."""
    shown = alone.sit("?", "", "9", "", "all of them", "all", "q")
    assert "“9” names no points; they go from 1 to 3" in shown
    assert "Type all, none, or numbers from 1 to 3" in shown
    assert alone.marks == [("q1", "ccc")]


def test_a_closed_input_ends_it_anywhere(alone: Alone) -> None:
    """Before the answer, in the middle of one and before the ticks: it ends, and what was rated stays."""
    for lines in ([], ["an answer", "goes on"], [""], ["", "9"]):
        assert alone.sit(*lines).endswith("What was rated is kept. Go on with: workbench practice\n")
    assert alone.marks == []
    alone.sit("", "all")
    assert alone.marks == [("q1", "ccc")]


def test_an_interruption_is_passed_on(alone: Alone) -> None:
    """Whoever presses ctrl-c is told that it is kept, and the caller hears of it."""
    with pytest.raises(Interrupted):
        alone.sit("", "all", Interrupted(ExitStatus.INTERRUPTED))
    assert "What was rated is kept." in alone.shown
    assert alone.marks == [("q1", "ccc")]


def test_an_editor_writes_the_answer(alone: Alone) -> None:
    """`e` opens it below the question; one that fails, and none at all, are told and asked again."""
    alone.sit("e", "all", "q", edit=lambda prompt: f"on {prompt[:12]}")
    assert alone.store.reviews()[0].answer == "on How does `ge"
    assert "An editor needs a terminal" in alone.sit("e", "q")

    def broken(prompt: str) -> str:
        raise UsageError(f"no editor for {len(prompt)}", next_step="export EDITOR=nano")

    assert "Next: export EDITOR=nano." in alone.sit("e", "q", edit=broken)


def test_records_that_fail_do_not_end_it(alone: Alone, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where a review cannot be kept that is said, and the next question is asked."""

    def full(*_: object) -> None:
        raise InfrastructureError("no space left")

    monkeypatch.setattr(alone.store, "save", full)
    shown = alone.sit("", "all", "", "all", "q")
    assert shown.count("That is not kept: no space left.") == 2
    assert "q2, An ORM or SQL." in shown
