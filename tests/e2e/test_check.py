"""`workbench check` from the outside: verdicts, exit statuses, and what stands on which stream."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.e2e.conftest import Bench


def test_a_submission_that_keeps_its_promises_passes(bench: Bench) -> None:
    """Status 0, the verdict alone on stdout, nothing on stderr, and every key of the contract."""
    ended = bench.check("passes", bench.submission())
    assert (ended.status, ended.stderr) == (0, "")
    assert ended.statuses == {"stored": "pass", "completed": "pass"}
    verdict = ended.verdict
    assert (verdict["verdict"], verdict["score"], verdict["cause"]) == ("pass", 100, None)


def test_a_submission_that_breaks_a_promise_fails(bench: Bench) -> None:
    """Status 1, and the requirement's message says what was expected and what was seen."""
    ended = bench.check("fails", bench.submission())
    assert (ended.status, ended.stderr) == (1, "")
    assert ended.statuses == {"stored": "pass", "prioritised": "fail"}
    assert ended.verdict["score"] == 50
    message = ended.verdict["requirements"][1]["message"]
    assert message.startswith("expected a column `priority` of the table `tasks`; seen: no such column")


@pytest.mark.parametrize(
    ("kata", "cause"),
    [
        ("raises", "a check of ours broke (LookupError)"),
        ("dies", "the suite's report is not whole"),
        ("halts", "the suite's report is not whole"),
    ],
)
def test_what_cannot_be_graded_is_an_error(bench: Bench, kata: str, cause: str) -> None:
    """A suite that breaks, dies or stops half-way is our trouble: status 3, no score, no requirement judged."""
    ended = bench.check(kata, bench.submission())
    assert ended.status == 3
    assert ended.verdict["verdict"] == "error"
    assert ended.verdict["score"] is None
    assert ended.statuses == {"stored": "not-run"}
    assert cause in ended.verdict["cause"]


def test_the_human_verdict_has_no_escape_sequences_in_a_pipe(bench: Bench) -> None:
    """Without a terminal, and with NO_COLOR, the text is plain, and progress is silent."""
    ended = bench.run("check", "fails", "--path", bench.submission(), environ={"NO_COLOR": "1"})
    assert (ended.status, ended.stderr) == (1, "")
    assert "\x1b" not in ended.stdout
    assert "✘ FAIL    prioritised" in ended.stdout
