"""Interviews in the records, on SQLite and on PostgreSQL: what goes in comes out, by its id or the beginning of one."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select

from checker.errors import InfrastructureError, UsageError
from quiz.bank import Level
from quiz.session import Conclusion, Mark, Plan, Recommendation, Sheet
from records import interviews as module
from records.identifiers import new_id
from records.interviews import InterviewStore
from records.models import conclusions, interviews, sheets

if TYPE_CHECKING:
    from quiz.session import Store
    from records.connection import Records

PLAN = Plan(("q1", "q7", "task2"), Level.MID, 60.0, ("q2",))
SHEET = Sheet(
    marks={"thread-pool": Mark.COVERED, "gil": Mark.MISSED},
    note="said “async” ☕\n- twice",
    said="it blocks",
    red_flags=(0, 2),
    flagged=True,
    asked=True,
    seconds=12.5,
)


def begin(store: InterviewStore, candidate: str = "Ada") -> str:
    """Keep a new interview."""
    return store.create(candidate, PLAN, 1_700_000_000.25)


def test_it_is_the_store_that_a_session_asks_for(store: InterviewStore) -> None:
    """The class has every call of the engine's protocol."""
    asked: Store = store
    assert asked is store


def test_a_new_interview_is_kept_whole(store: InterviewStore) -> None:
    """Candidate, plan and time come back as they were, with nothing entered yet."""
    kept = store.load(begin(store))
    assert (kept.candidate, kept.plan, kept.started) == ("Ada", PLAN, 1_700_000_000.25)
    assert (kept.position, dict(kept.sheets), kept.conclusion, kept.ended) == (0, {}, Conclusion(), None)


def test_a_plan_may_be_bare(store: InterviewStore) -> None:
    """An interview without a level or a budget has none when it comes back."""
    kept = store.load(store.create("", Plan(("q1",)), 1.0))
    assert (kept.plan, kept.candidate) == (Plan(("q1",)), "")


def test_what_was_entered_comes_back(store: InterviewStore) -> None:
    """Sheets, position, judgement and end are kept; the last word on an item counts."""
    interview = begin(store)
    store.save_sheet(interview, "q1", Sheet(note="first"))
    store.save_sheet(interview, "q1", SHEET)
    store.save_sheet(interview, "q7", Sheet(skipped=True))
    store.save_position(interview, 2)
    store.save_conclusion(interview, Conclusion(Recommendation.NO))
    judgement = Conclusion(Recommendation.STRONG_YES, Level.SENIOR, "knows the planner", "hire")
    store.save_conclusion(interview, judgement)
    store.end(interview, 1_700_003_600.0)
    kept = store.load(interview)
    assert kept.sheets == {"q1": SHEET, "q7": Sheet(skipped=True)}
    assert (kept.position, kept.conclusion, kept.ended) == (2, judgement, 1_700_003_600.0)


def test_the_beginning_of_an_id_is_enough(store: InterviewStore, monkeypatch: pytest.MonkeyPatch) -> None:
    """A unique beginning finds it, in either case; one that several share names them; a whole id wins over a longer."""
    ids = iter(["kab12", "kab", "kx222"])
    monkeypatch.setattr(module, "new_id", lambda: next(ids))
    for candidate in ("Ada", "Bob", "Eve"):
        begin(store, candidate)
    assert store.load(" KX").candidate == "Eve"
    assert store.load("kab").candidate == "Bob"
    assert store.load("kab1").candidate == "Ada"
    with pytest.raises(UsageError, match=r"3 interviews: .*\(Ada\)"):
        store.load("k")


@pytest.mark.parametrize("typed", ["", " ", "z9", "%", "_", "'", "kab\x00", "\ud800"])
def test_what_is_no_id_is_a_wrong_call(store: InterviewStore, typed: str) -> None:
    """Nothing, something else, and characters that mean something in SQL find no interview."""
    begin(store)
    with pytest.raises(UsageError, match="no interview"):
        store.load(typed)


def test_ids_can_be_typed() -> None:
    """An id is short, begins with a letter, and has no characters that look like others."""
    for _ in range(200):
        identifier = new_id()
        assert len(identifier) == 5
        assert identifier[0].isalpha()
        assert not set(identifier) & set("il1o0aeiuy-_ ")


def test_an_id_that_is_taken_is_drawn_again(store: InterviewStore, monkeypatch: pytest.MonkeyPatch) -> None:
    """Two interviews never share one."""
    ids = iter(["same2", "same2", "other"])
    monkeypatch.setattr(module, "new_id", lambda: next(ids))
    assert [begin(store, "Ada"), begin(store, "Bob")] == ["same2", "other"]
    assert store.load("same2").candidate == "Ada"


def test_an_interview_may_have_its_id_before_it_is_kept(store: InterviewStore) -> None:
    """An id that was drawn before is used where it is free, and refused where another interview has it."""
    assert store.create("Ada", PLAN, 0.0, "given") == "given"
    with pytest.raises(InfrastructureError, match="no free id"):
        store.create("Bob", PLAN, 0.0, "given")
    assert store.load("given").candidate == "Ada"


def test_an_interview_that_was_deleted_takes_nothing_more(store: InterviewStore, records: Records) -> None:
    """Each call on it says that it is gone, and keeps nothing."""
    with pytest.raises(UsageError, match="deleted meanwhile"):
        store.save_sheet("nope2", "q1", SHEET)
    with pytest.raises(UsageError, match="deleted meanwhile"):
        store.save_position("nope2", 1)
    with pytest.raises(UsageError, match="deleted meanwhile"):
        store.save_conclusion("nope2", Conclusion())
    with pytest.raises(UsageError, match="deleted meanwhile"):
        store.end("nope2", 1.0)
    with records.reading() as connection:
        for table in (interviews, sheets, conclusions):
            assert connection.execute(select(func.count()).select_from(table)).scalar() == 0


@given(text=st.text(st.characters(exclude_categories=[])))
@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_text_can_be_kept(store: InterviewStore, text: str) -> None:
    """Whatever was pasted is kept; only what no database takes is replaced, a character by a character."""
    interview = store.create(text, PLAN, 1.0)
    store.save_sheet(interview, "q1", Sheet(note=text))
    found = store.load(interview).sheets["q1"].note
    assert len(found) == len(text)
    assert all(other in {one, "�"} for one, other in zip(text, found, strict=True))


def test_a_summary_a_interview_the_newest_first(store: InterviewStore) -> None:
    """The list has each interview, or a candidate's, however the name is spaced and capitalised."""
    first, second = store.create("Ada  Lovelace", PLAN, 1.0), store.create("Bob", Plan(("q1",)), 2.0)
    store.end(second, 5.0)
    found = store.summaries()
    assert [(one.id, one.candidate, one.ended, one.planned) for one in found] == [
        (second, "Bob", 5.0, 1),
        (first, "Ada Lovelace", None, 3),
    ]
    assert [one.id for one in store.summaries(" ada lovelace ")] == [first]
    assert store.summaries("Ada") == []


def test_two_at_a_time_lose_nothing(records: Records) -> None:
    """Two threads that enter for one interview leave every sheet, and the last word where they met."""
    interview = begin(InterviewStore(records))
    failures: list[BaseException] = []

    def enter(name: str) -> None:
        try:
            for number in range(20):
                InterviewStore(records).save_sheet(interview, f"{name}-{number}", SHEET)
                InterviewStore(records).save_sheet(interview, f"both-{number}", Sheet(note=name))
        except BaseException as failure:  # noqa: BLE001 - told to the test below
            failures.append(failure)

    threads = [threading.Thread(target=enter, args=(name,)) for name in ("one", "two")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert not failures
    assert len(InterviewStore(records).load(interview).sheets) == 60
