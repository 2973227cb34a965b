"""Checking a folder: what never gets to a run still has a verdict, and a wrong call is none."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from checker import check as module
from checker.check import Check, Request, as_its_doing, said, worst
from checker.errors import InfrastructureError, UsageError
from checker.runner.job import Observation, Outcome
from checker.verdict import Result, Status

if TYPE_CHECKING:
    from collections.abc import Callable

    from checker.catalog import Catalog
    from checker.verdict import Verdict


@pytest.fixture
def check(tiny_catalog: Catalog) -> Check:
    """Return a way to check for the tiny kata."""
    return Check(tiny_catalog)


def test_a_folder_that_is_no_service_fails(check: Check, data: Path, tmp_path: Path) -> None:
    """What the submission lacks is its own doing: a fail with a cause, every requirement not run."""
    source = Path(shutil.copytree(data / "service", tmp_path / "source"))
    (source / "alembic.ini").unlink()
    verdict = check.verdict(Request("tiny", source))
    assert (verdict.result, verdict.cause) == (Result.FAIL, "the submission has no alembic.ini")
    assert [one.status for one in verdict.requirements] == [Status.NOT_RUN] * 2
    assert (verdict.score, verdict.stack, verdict.origin.path) == (0, "local", str(source))


def test_requirements_that_do_not_install_fail(
    check: Check, data: Path, tmp_path: Path, part_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The cause is there, and uv's own words are the log."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(part_folder / "cache"))
    source = Path(shutil.copytree(data / "service", tmp_path / "source"))
    (source / "requirements.txt").write_text("--no-index\nno-such-package==1\n")
    verdict = check.verdict(Request("tiny", source))
    assert (verdict.result, verdict.cause) == (Result.FAIL, "requirements.txt does not install")
    assert "no-such-package" in verdict.log


def test_a_wrong_call_has_no_verdict(check: Check, data: Path, tmp_path: Path) -> None:
    """An unknown kata or requirement, and a folder that is not there, are told to whoever asked."""
    for request in (
        Request("nothing", data / "service"),
        Request("tiny", tmp_path / "gone"),
        Request("tiny", data / "service", only=("gamma",)),
        Request("tiny", data / "service", first=("gamma",)),
    ):
        with pytest.raises(UsageError):
            check.verdict(request)


def test_our_own_trouble_is_an_error(check: Check, data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the workbench has no place to work, the verdict is an error that says what to type next."""

    def fail() -> None:
        raise InfrastructureError("no room", next_step="make some")

    monkeypatch.setattr(module, "run_folder", fail)
    verdict = check.verdict(Request("tiny", data / "service"))
    assert (verdict.result, verdict.cause, verdict.score) == (Result.ERROR, "no room; make some", None)


@pytest.mark.parametrize(
    ("solved", "result", "told"),
    [
        (Result.PASS, Result.FAIL, "it took too long"),
        (Result.FAIL, Result.ERROR, "it took too long; but neither does the model solution pass here (why)"),
        (Result.ERROR, Result.ERROR, "it took too long; but neither does the model solution pass here (why)"),
    ],
)
def test_the_model_solution_decides_where_nothing_else_does(
    check: Check,
    data: Path,
    make_verdict: Callable[..., Verdict],
    monkeypatch: pytest.MonkeyPatch,
    *,
    solved: Result,
    result: Result,
    told: str,
) -> None:
    """An end that the submission does not explain is ours where the model solution does not pass here either."""
    asked: list[Path] = []

    def grade(self: Check, request: Request, *_: object) -> Verdict:
        assert not self.canary
        assert isinstance(request.source, Path)
        asked.append(request.source)
        assert "good morning" in (request.source / "app" / "main.py").read_text()
        return make_verdict("pass", "pass", result=solved, cause="why")

    outcome = Outcome("stopped", cause="it took too long", explained=False)
    with monkeypatch.context() as patch:
        patch.setattr(Check, "verdict", grade)
        decided = check._ask_canary(Request("tiny", data / "service"), outcome)  # noqa: SLF001 - the decision alone, without two runs
    assert len(asked) == 1
    assert not asked[0].exists()
    assert decided.kind == ("stopped" if result is Result.FAIL else "broken")
    assert decided.cause == told


@pytest.mark.parametrize(
    ("results", "status"),
    [
        ([], 0),
        (["pass"], 0),
        (["pass", "fail"], 1),
        (["fail", "error", "pass"], 3),
    ],
)
def test_the_worst_of_several_is_the_exit_status(
    make_verdict: Callable[..., Verdict], results: list[str], status: int
) -> None:
    """An error goes before a failure, and a failure before a pass."""
    verdict = make_verdict("pass", "pass")
    assert worst([replace(verdict, result=Result(one)) for one in results]) == status


def test_what_breaks_a_check_is_the_submissions_doing_without_a_word_of_the_check() -> None:
    """Where the model solution's answers can be read, those of a submission that cannot be are a fail."""
    broke = Observation("t.py::x", "alpha", "error", detail="KeyError: 'secret'")
    seen = as_its_doing(broke)
    assert (seen.outcome, seen.seen) == ("fail", "what a check cannot read (KeyError)")
    passed = Observation("t.py::y", "alpha", "pass")
    assert as_its_doing(passed) is passed


def test_an_error_is_told_with_its_next_step() -> None:
    """What happened, and what to do about it."""
    assert said(InfrastructureError("a", next_step="b")) == "a; b"
    assert said(InfrastructureError("a")) == "a"
