"""`workbench report`: which interview is meant, what joins it, where it goes."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Final

import pytest

from checker.errors import UsageError
from quiz.report.command import find, format_of, report
from quiz.session import Conclusion, Mark, Plan, Recommendation, Sheet
from records.database import open_records
from records.interviews import InterviewStore
from records.verdicts import VerdictStore

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from checker.verdict import Verdict
    from records.connection import Records

SECONDS: Final = 60.0


@pytest.fixture
def records(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Records]:
    """Open the records of a state folder of the test's own."""
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    monkeypatch.delenv("WORKBENCH_DATABASE_URL", raising=False)
    with open_records() as records:
        yield records


def hold(records: Records, candidate: str, started: float, item: str = "q1") -> str:
    """Keep an interview of one question, with one point covered."""
    store = InterviewStore(records)
    interview = store.create(candidate, Plan((item, "q2")), started)
    store.save_sheet(interview, item, Sheet(marks={"def-blocks": Mark.COVERED}, asked=True, note="a note"))
    store.save_conclusion(interview, Conclusion(Recommendation.YES))
    return interview


def test_the_last_interview_is_meant(records: Records) -> None:
    """By its id one is, by a name the candidate's last, without either the last of all."""
    first, second, other = hold(records, "Ada", 1.0), hold(records, "ada", 2.0), hold(records, "Bob", 3.0)
    chosen = [find(records, *words) for words in ((first, None), (None, "ADA"), (None, None), (second[:4], "Ada"))]
    assert [one.interview.id for one in chosen if one.interview] == [first, second, other, second]
    assert chosen[0].others == (second,)
    assert chosen[2].others == ()
    with pytest.raises(UsageError, match="is of 'Bob'"):
        find(records, other, "Ada")


def test_code_joins_by_the_name(records: Records, make_verdict: Callable[..., Verdict]) -> None:
    """Verdicts of the candidate are in the report, nobody else's are; there may be no interview at all."""
    interview = hold(records, "Ada", 1.0)
    nameless = hold(records, "", 0.0)
    verdicts = VerdictStore(records)
    for name, statuses in (
        ("ADA", ("fail", "pass")),
        ("Ada", ("pass", "fail")),
        (None, ("pass", "pass")),
        ("Eve", ("pass",) * 2),
    ):
        verdicts.add(make_verdict(*statuses), name)
    (code,) = find(records, interview, None).code
    assert [one.score for one in code.attempts] == [33, 67]
    assert find(records, nameless, None).code == ()
    alone = find(records, None, "eve")
    assert alone.interview is None
    assert [one.kata for one in alone.code] == ["tiny"]


def test_nothing_to_report_is_a_wrong_call(records: Records) -> None:
    """Where nothing is kept, or nothing of that name, the next step leads to what there is."""
    for words in ((None, None), (None, "Ada")):
        with pytest.raises(UsageError, match="nothing to report"):
            find(records, *words)


def test_the_format_is_named_or_follows_from_the_file() -> None:
    """An option goes before the file's ending; HTML is what nothing says otherwise."""
    assert [format_of(None, Path(name)) for name in ("a.md", "a.JSON", "a.html", "a.txt", "-")] == [
        *("markdown", "json", "html", "html", "html")
    ]
    assert format_of("json", Path("a.html")) == "json"
    assert format_of(None, None) == "html"
    with pytest.raises(UsageError, match="no format 'pdf'"):
        format_of("pdf", None)


@pytest.mark.parametrize(("name", "begins"), [("r.html", "<!doctype html>"), ("r.md", "# Ada"), ("r.json", "{")])
def test_it_is_written_for_its_owner(records: Records, tmp_path: Path, name: str, begins: str) -> None:
    """A file has the format of its name, can be read by its owner alone, and is replaced as a whole."""
    hold(records, "Ada", 1.0)
    file = tmp_path / name
    for _ in range(2):
        assert report(None, None, None, file) == f"{file} holds the report of Ada\n"
    assert file.read_text(encoding="utf-8").startswith(begins)
    assert file.stat().st_mode & 0o777 == 0o600
    assert report(None, None, "markdown", Path("-")).startswith("# Ada")


def test_a_whole_interview_ends_in_a_report(records: Records, tmp_path: Path) -> None:
    """Held through a pipe and reported by the same program: the marks and notes are there."""
    assert records.path is not None
    program = str(Path(sys.executable).parent / "workbench")
    typed = "c\nm\nnote <script>alert(1)</script>\nend\n"
    words = ["quiz", "--plain", "--questions", "q1", "--candidate", "Ada & Co"]
    held = subprocess.run(
        [program, *words],
        input=typed,
        env=dict(os.environ),
        capture_output=True,
        text=True,
        timeout=SECONDS,
        check=False,
    )
    assert held.returncode == 0, held.stderr
    told = subprocess.run(
        [program, "report", "--format", "json"], env=dict(os.environ), capture_output=True, timeout=SECONDS, check=True
    )
    whole = json.loads(told.stdout)
    assert whole["candidate"] == "Ada & Co"
    question = whole["interview"]["sections"][0]["questions"][0]
    assert question["note"] == "<script>alert(1)</script>"
    assert [point["mark"] for point in question["parts"][0]["points"]][:2] == ["covered", "missed"]
    page = tmp_path / "page.html"
    subprocess.run([program, "report", "--out", str(page)], env=dict(os.environ), timeout=SECONDS, check=True)
    text = page.read_text(encoding="utf-8")
    assert "<h1>Ada &amp; Co</h1>" in text
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in text
    assert "<script" not in text
