"""The check of the candidate's edition: the submission's own visible tests, on the parts that a full check uses.

What comes out is never `pass`: no requirement is known to be met where only examples were run. Tests that do not
pass are a `fail`; tests that pass leave the verdict open, which is an `error` with that as its cause.
"""

from __future__ import annotations

import asyncio
import logging
import time
from importlib.metadata import version
from typing import TYPE_CHECKING, Any, Final

from checker.environment import find_environment
from checker.errors import InfrastructureError, SubmissionError, UsageError
from checker.programs import Program, base_environment
from checker.runner.job import Job, Outcome, Preparation
from checker.runner.run import make_queue
from checker.stacks.launch_local import open_the_way
from checker.stacks.local import LocalStack
from checker.submission import Submission, freeze
from checker.verdict import Origin, Verdict, judge
from checker.workspace import run_folder

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from checker.catalog import Catalog, Kata
    from checker.start import Started

ISOLATION: Final = "none"  # it is the candidate's own code on the candidate's own machine, as if typed by hand
SHOWN_LINES: Final = 60
PYTEST: Final = ("-q", "--color", "no", "--tb", "short", "--show-capture", "no", "-p", "no:cacheprovider")
ONLY_VISIBLE: Final = "the candidate's edition runs the visible tests alone"


def refuse_options(given: list[str]) -> None:
    """Refuse the options that only a full check can honour."""
    if given:
        raise UsageError(f"{ONLY_VISIBLE}: no --{given[0]} here", next_step="workbench check")


def check_visible(catalog: Catalog, place: Started, tell: Callable[[dict[str, Any]], None]) -> Verdict:
    """Run the visible tests of a folder and return what that says: `fail`, or `error` where it says nothing."""
    kata, started = catalog.load(place.kata), time.monotonic()
    origin, outcome = attempt(place.folder, catalog.secrets(), kata, tell)
    result, requirements, cause = judge(kata, outcome)
    return Verdict(
        kata=kata,
        result=result,
        requirements=requirements,
        origin=origin,
        stack="local",
        workbench=version("interview-workbench"),
        cause=cause,
        log=outcome.log,
        seconds=round(time.monotonic() - started, 2),
        isolation=ISOLATION,
    )


def attempt(
    source: Path, hidden: tuple[Path, ...], kata: Kata, tell: Callable[[dict[str, Any]], None]
) -> tuple[Origin, Outcome]:
    """Freeze the folder, install what its tests need, run them."""
    origin = Origin(path=str(source))
    try:
        with run_folder() as folder:
            submission = freeze(source, folder / "submission")
            origin = submission.origin
            tested = with_test_requirements(submission, folder / "requirements")
            venv = find_environment(tested, lambda line: tell({"installing": line}), hidden)
            tell({"phase": "api"})
            outcome = asyncio.run(run_tests(folder, Job(str(submission.folder), str(venv), ""), kata))
    except SubmissionError as error:
        outcome = Outcome("stopped", cause=f"{ONLY_VISIBLE}, and {error.message}", log=error.log)
    except InfrastructureError as error:
        outcome = Outcome("broken", cause=f"{ONLY_VISIBLE}, and {error.message}")
    return origin, outcome


def with_test_requirements(submission: Submission, folder: Path) -> Submission:
    """Return the requirements of service and tests as one file, in the shape of a submission to be installed."""
    folder.mkdir()
    parts = [submission.folder / name for name in ("requirements.txt", "requirements-dev.txt")]
    lines = [line for part in parts if part.is_file() for line in part.read_text("utf-8", "replace").splitlines()]
    kept = [line for line in lines if line.split() != ["-r", "requirements.txt"]]
    (folder / "requirements.txt").write_text("\n".join([*kept, ""]), encoding="utf-8")
    return Submission(folder, submission.source, submission.commit, submission.tree, 0)


async def run_tests(folder: Path, job: Job, kata: Kata) -> Outcome:
    """Start the parts, run the tests on them, and leave nothing behind."""
    (folder / "volatile").mkdir()
    open_the_way(folder)
    logging.getLogger("asyncio").setLevel(logging.ERROR)  # it warns of a child whose end it did not see, being killed
    stack = LocalStack(Preparation("", str(folder), ISOLATION, patience=kata.patience))
    try:
        await stack.start()
        await stack.receive(job)
        return await test_on(stack)
    finally:
        await stack.stop()


async def test_on(stack: LocalStack) -> Outcome:
    """Run pytest in the submission's root, as its README tells people to."""
    environ = {**base_environment(stack.venv), **stack.environment(await make_queue(stack))}
    argv = (str(stack.venv / "bin" / "python"), "-m", "pytest", *PYTEST)
    process = await stack.launch("tests", Program(argv, environ, shown_as="pytest"))
    seconds = stack.patience.checks
    try:
        status = await asyncio.wait_for(process.wait(), seconds)
    except TimeoutError:
        return Outcome("stopped", cause=f"{ONLY_VISIBLE}, and they did not end within {seconds:g} s")
    log = process.log.last(SHOWN_LINES)
    summary = log.rpartition("\n")[2].strip("= ") or f"pytest exited with status {status}"
    if status == 0:
        return Outcome("broken", cause=f"{ONLY_VISIBLE}: they pass ({summary}), and no requirement was checked")
    return Outcome("stopped", cause=f"{ONLY_VISIBLE}, and they do not pass ({summary})", log=log)
