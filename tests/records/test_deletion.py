"""Deleting: what is named goes and nothing else, and no byte of it stays in the file, its log or its copies."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING

import pytest

from checker.errors import InfrastructureError, UsageError
from quiz.practice import Card, Review
from quiz.session import Conclusion, Plan, Sheet
from records import deletion
from records.database import open_records
from records.deletion import Choice, choose, remove
from records.interviews import InterviewStore
from records.practice import PracticeRecords
from records.sqlite_file import back_up
from records.verdicts import VerdictStore

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from checker.verdict import Verdict
    from records.connection import Records

NAME = "Zacharias Quatermain"
TRACES = (b"Zacharias", b"Quatermain", b"remembers-the-planner", b"said-too-little")


@pytest.fixture
def filled(records: Records, make_verdict: Callable[..., Verdict]) -> Records:
    """Keep two interviews of one candidate, one of another, verdicts of both, and some practice."""
    store, verdicts = InterviewStore(records), VerdictStore(records)
    for number, name in enumerate((NAME, NAME.upper(), "Bob")):
        interview = store.create(name, Plan(("q1",)), float(number))
        whose = "remembers-the-planner" if name != "Bob" else "fine"
        store.save_sheet(
            interview, "q1", Sheet(note=whose, said=f"said-too-little {'y' * 9000}" if number == 1 else "")
        )
        store.save_conclusion(interview, Conclusion(note=whose))
    owners: tuple[str | None, ...] = (NAME, "Bob", None)
    for owner in owners:
        verdicts.add(make_verdict("pass", "pass", result="pass"), owner)
    PracticeRecords(records).save(Review("q1", 1.0, {}, {}, "mine"), [Card("q1", "q1", 1.0)])
    return records


def kept(records: Records) -> tuple[list[str], list[str | None], int]:
    """Return whose interviews and verdicts are kept, and how many practice reviews."""
    names = sorted(one.candidate for one in InterviewStore(records).summaries())
    return names, [one.candidate for one in VerdictStore(records).all()], len(PracticeRecords(records).reviews())


def delete(records: Records, choice: Choice) -> int:
    """Delete what is chosen."""
    return remove(records, choose(records, choice))


def test_a_candidate_is_deleted_everywhere(filled: Records) -> None:
    """Interviews and verdicts under the name go, upper and lower case aside; everybody else's stay."""
    doomed = choose(filled, Choice(candidate=NAME.lower()))
    assert doomed.counted == f"2 interviews and 1 verdict of {NAME.lower()}"
    remove(filled, doomed)
    assert kept(filled) == (["Bob"], ["Bob", None], 1)


def test_an_interview_is_deleted_alone(filled: Records) -> None:
    """By its id one interview goes, with its sheets and its judgement; the verdicts of its candidate stay."""
    interview = InterviewStore(filled).summaries("Bob")[0].id
    assert choose(filled, Choice(interview=interview[:4])).counted == "1 interview of Bob"
    delete(filled, Choice(interview=interview))
    assert kept(filled) == ([NAME.upper(), NAME], [NAME, "Bob", None], 1)
    with pytest.raises(UsageError, match="no interview"):
        choose(filled, Choice(interview=interview))


def test_ones_own_practice_is_deleted_alone(filled: Records) -> None:
    """Verdicts without a name, reviews and cards go; candidates stay."""
    assert choose(filled, Choice(own=True)).counted == "1 verdict and 1 practice review of your own"
    delete(filled, Choice(own=True))
    assert kept(filled) == (sorted([NAME, NAME.upper(), "Bob"]), [NAME, "Bob"], 0)
    assert PracticeRecords(filled).cards() == []


@pytest.mark.parametrize("choice", [Choice(), Choice("k2345", "Ada"), Choice(candidate="Ada", own=True)])
def test_one_thing_at_a_time(filled: Records, choice: Choice) -> None:
    """Nothing, or several things, is a wrong call."""
    with pytest.raises(UsageError, match="name one thing"):
        choose(filled, choice)


def test_nothing_of_that_name(filled: Records) -> None:
    """Somebody of whom nothing is kept is a wrong call, and nothing is deleted."""
    before = kept(filled)
    with pytest.raises(UsageError, match=r"nothing is kept of Zacharias$"):
        choose(filled, Choice(candidate="Zacharias"))
    assert kept(filled) == before


def traces(folder: Path) -> set[tuple[str, bytes]]:
    """Return the files of a folder that hold something of the candidate, with what it is."""
    return {
        (path.name, word)
        for path in folder.rglob("*")
        if path.is_file()
        for word in TRACES
        if word in path.read_bytes()
    }


@pytest.mark.parametrize("url", ["sqlite"], indirect=True)
def test_no_byte_stays(filled: Records, file: Path) -> None:
    """After a deletion neither the file, its log nor a copy holds the name or the notes; before it they do."""
    copy = back_up(file, "0001")
    assert {name for name, _ in traces(file.parent)} >= {copy.name}
    with open_records() as other:  # an idle one is in nobody's way
        assert len(InterviewStore(other).summaries()) == 3
        assert delete(filled, Choice(candidate=NAME)) == 1
        assert traces(file.parent) == set()
        assert not copy.exists()
        assert len(InterviewStore(other).summaries()) == 1
    filled.close()
    assert traces(file.parent) == set()


@pytest.mark.parametrize("url", ["sqlite"], indirect=True)
def test_a_reader_in_the_way_is_told(filled: Records, file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where another process keeps the log from being emptied the error says so; the same call later finishes it."""
    monkeypatch.setattr(deletion, "BUSY_SECONDS", 0.1)
    with closing(sqlite3.connect(file, isolation_level=None)) as reading:
        reading.execute("BEGIN")
        assert reading.execute("SELECT count(*) FROM interviews").fetchone() == (3,)
        with pytest.raises(InfrastructureError, match="another process is reading") as caught:
            delete(filled, Choice(candidate=NAME))
        assert "the same command again" in str(caught.value.next_step)
        assert traces(file.parent)
    with pytest.raises(UsageError, match="nothing is kept of"):
        choose(filled, Choice(candidate=NAME))
    assert traces(file.parent) == set()
