"""`workbench sessions`, as it is typed."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Final

from quiz.session import Plan
from records.database import open_records
from records.interviews import InterviewStore

if TYPE_CHECKING:
    import pytest

SECONDS: Final = 60.0


def call(*words: str, typed: str = "") -> subprocess.CompletedProcess[str]:
    """Call the workbench with what is typed on a pipe."""
    program = Path(sys.executable).parent / "workbench"
    return subprocess.run(
        [program, *words],
        env=dict(os.environ),
        input=typed,
        capture_output=True,
        text=True,
        check=False,
        timeout=SECONDS,
    )


def test_sessions_are_listed_exported_and_deleted(file: Path, tmp_path: Path) -> None:
    """The whole way of one interview: listed, exported, not deleted without a word, deleted for good."""
    with open_records() as records:
        interview = InterviewStore(records).create("Ada Lovelace", Plan(("q1",)), 1.0)
    listed = call("sessions")
    assert (listed.returncode, listed.stderr) == (0, "")
    assert f"{interview}  Ada Lovelace" in listed.stdout
    assert json.loads(call("sessions", "--export", "-").stdout)["interviews"][0]["id"] == interview
    told = call("sessions", "--candidate", "Ada Lovelace", "--export", str(tmp_path / "ada.json"))
    assert told.stdout == f"{tmp_path}/ada.json holds everything of Ada Lovelace\n"
    refused = call("sessions", "delete", "--candidate", "Ada Lovelace")
    assert (refused.returncode, refused.stdout) == (2, "")
    assert refused.stderr == ("workbench: this would delete 1 interview of Ada Lovelace\nnext: add --yes to do so\n")
    deleted = call("sessions", "delete", "--candidate", "Ada Lovelace", "--yes")
    assert (deleted.returncode, deleted.stdout) == (0, "deleted: 1 interview of Ada Lovelace\n")
    assert b"Lovelace" not in file.read_bytes()


def test_damaged_records_are_an_error_of_ours(file: Path) -> None:
    """The exit status says whose trouble it is, and the next step is there."""
    file.parent.mkdir(parents=True)
    file.write_text("no database")
    done = call("sessions")
    assert (done.returncode, done.stdout) == (3, "")
    assert f"next: mv {file} {file}.damaged" in done.stderr


def test_a_candidate_is_no_model(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """The model solution belongs to no candidate, and a name has to be one."""
    monkeypatch.chdir(tmp_path)
    for words in (["--model", "--candidate", "Ada"], ["--candidate", " "]):
        assert call("check", "task2", *words).returncode == 2
