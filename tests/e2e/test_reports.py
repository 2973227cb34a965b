"""`--report` and `--format` from the outside: what is refused before anything is graded, and what a full disk does."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

import pytest

if TYPE_CHECKING:
    from tests.e2e.conftest import Bench


@pytest.mark.parametrize(
    ("options", "told"),
    [
        (["--report", "xml=a"], "there is no report format 'xml'"),
        (["--report", "json"], "--report json names no file"),
        (["--report", "junit=gone/report.xml"], "gone/report.xml cannot be written: No such file or directory"),
        (["--report", "json=a", "--report", "ctrf=a"], "two reports for one place, a"),
        (["--report", "annotations=-", "--format", "json"], "stdout holds the verdict as json already"),
        (["--report", "json=a", "--watch"], "--watch is for people"),
        (["--format", "junit", "--watch"], "--watch is for people"),
        (["--report", "\x1b[31m\n::error::x=a"], "no report format '\\x1b[31m\\n::error::x'"),
    ],
)
def test_a_call_that_cannot_be_met_is_refused_at_once(bench: Bench, options: list[str], told: str) -> None:
    """Status 2, a line of what is wrong and one of what to type; the submission is not even looked for."""
    ended = bench.run("check", "passes", "--path", "/nowhere", *options)
    assert (ended.status, ended.stdout) == (2, "")
    first, second = ended.stderr.splitlines()
    assert told in first
    assert second.startswith("next: ")
    assert list(bench.root.iterdir()) == []


def test_reports_of_a_check(bench: Bench) -> None:
    """One that the disk refuses makes the status 3; the verdict is printed, and the others are there all the same."""
    wanted = ["--report", "json=/dev/full", "--report", "ctrf=report.json", "--format", "junit"]
    ended = bench.run("check", "fails", "--path", bench.submission(), *wanted)
    assert ended.status == 3
    assert ended.stderr.splitlines() == [
        "workbench: cannot write the report /dev/full: No space left on device",
        "next: free some room, then grade again",
    ]
    suite = ET.fromstring(ended.stdout).find("testsuite")  # noqa: S314 - a document of our own
    assert suite is not None
    assert (suite.attrib["name"], suite.attrib["tests"], suite.attrib["failures"]) == ("fails", "2", "1")
    tests = json.loads((bench.root / "report.json").read_text())["results"]["tests"]
    assert [(one["name"], one["status"]) for one in tests] == [("stored", "passed"), ("prioritised", "failed")]
