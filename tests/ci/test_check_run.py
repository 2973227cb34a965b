"""The check that is published: what the verdicts say, from reports that may hold anything."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any, Final

import pytest
import yaml

REPOSITORY: Final = Path(__file__).parents[2]
SCRIPT: Final = REPOSITORY / "ci" / "check_run.py"
WORKFLOW: Final = REPOSITORY / ".github" / "workflows" / "grade.yml"
COMMIT: Final = "0123456789abcdef" * 2 + "01234567"


def reports(folder: Path, verdict: str | bytes, summary: str = "# Verdicts\n") -> Path:
    """Write a grade's reports."""
    folder.mkdir(exist_ok=True)
    (folder / "verdict.json").write_bytes(verdict if isinstance(verdict, bytes) else verdict.encode())
    (folder / "summary.md").write_text(summary)
    return folder


def check(folder: Path) -> dict[str, Any]:
    """Return the check that the script makes, with the interpreter alone: the job has nothing else."""
    argv = [sys.executable, "-I", "-S", str(SCRIPT), str(folder), COMMIT]
    done = subprocess.run(argv, capture_output=True, text=True, check=True)
    made: dict[str, Any] = json.loads(done.stdout)
    return made


@pytest.mark.parametrize(
    ("verdicts", "conclusion"),
    [
        (["pass"], "success"),
        (["fail"], "failure"),
        (["error"], "action_required"),
        (["pass", "pass"], "success"),
        (["pass", "fail"], "failure"),
        (["fail", "error", "pass"], "action_required"),
    ],
)
def test_the_worst_verdict_counts(tmp_path: Path, verdicts: list[str], conclusion: str) -> None:
    """One verdict or several: an error over a failure over a pass, on the commit that the event is about."""
    several = {"schema": 1, "results": [{"verdict": verdict} for verdict in verdicts]}
    data = several if len(verdicts) > 1 else {"schema": 1, "verdict": verdicts[0]}
    made = check(reports(tmp_path / "reports", json.dumps(data)))
    assert (made["conclusion"], made["head_sha"], made["status"]) == (conclusion, COMMIT, "completed")
    assert made["output"]["summary"] == "# Verdicts\n"


@pytest.mark.parametrize(
    "verdict",
    [
        "",
        "{",
        "[]",
        "null",
        '"pass"',
        '{"results": []}',
        '{"results": null}',
        '{"results": {"verdict": "pass"}}',
        '{"verdict": "passed"}',
        '{"verdict": ["pass"]}',
        '{"results": [{"verdict": "pass"}, {}]}',
        "[" * 100_000,
        b"\xff\xfe\x00",
    ],
)
def test_what_is_no_verdict_is_no_pass(tmp_path: Path, verdict: str | bytes) -> None:
    """Reports that cannot be read say that nothing is known."""
    assert check(reports(tmp_path / "reports", verdict))["conclusion"] == "action_required"


def test_missing_reports_are_no_pass(tmp_path: Path) -> None:
    """A grade that left nothing is an error of ours."""
    made = check(tmp_path)
    assert (made["conclusion"], made["output"]["summary"]) == ("action_required", "There is no summary.")


def test_a_link_is_not_followed(tmp_path: Path) -> None:
    """A report that leads elsewhere is as good as none: no file of this machine gets into the check."""
    folder = reports(tmp_path / "reports", '{"verdict": "pass"}')
    (tmp_path / "secret").write_text("a secret")
    (folder / "summary.md").unlink()
    (folder / "summary.md").symlink_to(tmp_path / "secret")
    assert check(folder)["output"]["summary"] == "There is no summary."


def test_a_summary_is_cut(tmp_path: Path) -> None:
    """GitHub takes so many characters."""
    made = check(reports(tmp_path / "reports", '{"verdict": "fail"}', "ä" * 100_000))
    assert len(made["output"]["summary"]) == 65_000


@pytest.mark.parametrize("commit", ["", "HEAD", "abc", COMMIT.upper(), f"{COMMIT}\n", f"../{COMMIT}"])
def test_what_is_no_commit_is_refused(tmp_path: Path, commit: str) -> None:
    """A check is made for a whole commit id alone."""
    folder = reports(tmp_path / "reports", '{"verdict": "pass"}')
    argv = [sys.executable, str(SCRIPT), str(folder), commit]
    done = subprocess.run(argv, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (2, "")


@pytest.mark.parametrize("accepted", [True, False])
def test_the_step_posts_it(tmp_path: Path, accepted: bool) -> None:
    """The step hands the check to GitHub's API; where the token may not write, it warns and does not fail."""
    reports(tmp_path / "reports", '{"verdict": "pass"}', "::error::from a submission\n")
    (tmp_path / "workbench").symlink_to(REPOSITORY)
    program = tmp_path / "bin" / "gh"
    program.parent.mkdir()
    program.write_text('#!/bin/sh\necho "$@" >called\nexit "$STATUS"\n')
    program.chmod(0o755)
    steps = yaml.safe_load(WORKFLOW.read_text(encoding="utf-8"))["jobs"]["publish"]["steps"]
    done = subprocess.run(
        ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", steps[-1]["run"]],
        cwd=tmp_path,
        env={
            "PATH": f"{program.parent}:{os.environ['PATH']}",
            "REPOSITORY": "ada/task2",
            "COMMIT": COMMIT,
            "STATUS": "0" if accepted else "1",
        },
        capture_output=True,
        text=True,
        check=True,
    )
    assert "repos/ada/task2/check-runs" in (tmp_path / "called").read_text()
    assert json.loads((tmp_path / "check.json").read_text())["conclusion"] == "success"
    first, second, *rest = done.stdout.splitlines()
    assert first == f"::stop-commands::{second.strip(':')}"
    assert [line[:11] for line in rest] == ([] if accepted else ["::warning::"])
    assert "from a submission" not in done.stdout
