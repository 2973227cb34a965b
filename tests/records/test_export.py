"""The records as JSON, and as a table for a terminal."""

from __future__ import annotations

import json
import time
from typing import TYPE_CHECKING

import pytest

from quiz.bank import Level
from quiz.practice import Card, Review
from quiz.session import Conclusion, Mark, Plan, Recommendation, Sheet
from records.export import export, write_private
from records.interviews import InterviewStore
from records.listing import table
from records.practice import PracticeRecords
from records.verdicts import VerdictStore

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from checker.verdict import Verdict
    from records.connection import Records


@pytest.fixture
def filled(records: Records, make_verdict: Callable[..., Verdict], monkeypatch: pytest.MonkeyPatch) -> Records:
    """Keep an interview, verdicts and practice, at fixed times in UTC."""
    monkeypatch.setenv("TZ", "UTC")
    time.tzset()
    monkeypatch.setattr(time, "time", lambda: 1_700_003_600.0)
    store = InterviewStore(records)
    interview = store.create("Ada\x1b[31m", Plan(("q1", "q2"), Level.MID), 1_700_000_000.0)
    store.save_sheet(interview, "q1", Sheet(marks={"gil": Mark.COVERED}, red_flags=(1,), asked=True))
    store.save_position(interview, 1)
    store.save_conclusion(interview, Conclusion(Recommendation.YES, Level.SENIOR))
    store.create("", Plan(("q1",)), 1_600_000_000.0)
    for name, statuses in (("Ada\x1b[31m", ("fail", "pass")), (None, ("fail", "fail")), (None, ("fail", "pass"))):
        VerdictStore(records).add(make_verdict(*statuses), name)
    PracticeRecords(records).save(Review("q1", 1.0, {"gil": Mark.MISSED}, {"q1": 1}), [Card("q1", "q1", 2.0)])
    return records


def test_everything_is_exported(filled: Records) -> None:
    """The JSON has its version, interviews with sheets and judgement, verdicts, practice, and times as text."""
    whole = json.loads(export(filled))
    assert whole["schema"] == 1
    first = whole["interviews"][0]
    assert (first["candidate"], first["started"], first["ended"]) == ("Ada\x1b[31m", "2023-11-14T22:13:20+00:00", None)
    assert first["sheets"]["q1"]["marks"] == {"gil": "covered"}
    assert first["conclusion"]["recommendation"] == "yes"
    assert first["plan"] == {"items": ["q1", "q2"], "level": "mid", "minutes": None, "left_out": []}
    assert [one["score"] for one in whole["verdicts"]] == [33, 0, 33]
    assert whole["practice"]["reviews"][0]["marks"] == {"gil": "missed"}


def test_a_candidates_part_is_exported(filled: Records) -> None:
    """By a name there is what is kept of it, and nobody's practice."""
    whole = json.loads(export(filled, "ada\x1b[31m"))
    assert [one["candidate"] for one in [*whole["interviews"], *whole["verdicts"]]] == ["Ada\x1b[31m"] * 2
    assert "practice" not in whole


def test_the_export_is_its_owners_alone(tmp_path: Path) -> None:
    """What is written is about people."""
    write_private(tmp_path / "all.json", "{}\n")
    assert (tmp_path / "all.json").stat().st_mode & 0o777 == 0o600


def test_the_table_tells_interviews_and_checks(filled: Records) -> None:
    """A line an interview, a line a candidate's kata; a name cannot steer the terminal."""
    store = InterviewStore(filled)
    named, nameless = (one.id for one in store.summaries())
    store.end(nameless, 1_600_003_600.0)
    assert table(store.summaries(), VerdictStore(filled).all(), "here") == (
        "Records in here\n\n"
        "id     candidate    began             at question\n"
        f"{named}  Ada\\x1b[31m  2023-11-14 22:13  2 of 2       under way\n"
        f"{nameless}  -            2020-09-13 12:26  1 of 1       ended 2020-09-13 13:26\n\n"
        "candidate    kata  last check        checks  last verdict  best score\n"
        "(you)        tiny  2023-11-14 23:13  2       fail          33\n"
        "Ada\\x1b[31m  tiny  2023-11-14 23:13  1       fail          33\n\n"
        "workbench report ID makes a page of an interview; workbench quiz --resume ID goes on with it.\n"
    )


def test_an_empty_table_says_what_begins() -> None:
    """Where nothing is kept the next command is named."""
    assert "workbench quiz --candidate NAME" in table([], [], "here")
