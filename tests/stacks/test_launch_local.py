"""A run as seen from outside: prepared, given a submission, ended in every way, with nothing left of it."""

from __future__ import annotations

import time
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import pytest

from checker.errors import InfrastructureError
from checker.isolation import available
from checker.runner.job import Job, Preparation
from checker.stacks.launch_local import LocalRun
from checker.stacks.live import abort_all
from checker.workspace import run_folder

if TYPE_CHECKING:
    from collections.abc import Iterator

DEADLINE: Final = 10.0


@pytest.fixture
def preparation(data: Path) -> Iterator[Preparation]:
    """Return what a run of the tiny kata is told."""
    with run_folder() as folder:
        yield Preparation(str(data / "katas" / "tiny" / "suite"), str(folder), str(available()))


def left_of(preparation: Preparation) -> list[str]:
    """Return the command lines of processes that hold the run's folder."""
    found = []
    for path in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            command = path.read_bytes().decode(errors="replace")
        except (FileNotFoundError, ProcessLookupError):
            continue
        if preparation.run_folder in command:
            found.append(command)
    return found


def gone(preparation: Preparation) -> bool:
    """Wait until nothing of a run is left."""
    deadline = time.monotonic() + DEADLINE
    while left_of(preparation) and time.monotonic() < deadline:
        time.sleep(0.02)
    return not left_of(preparation)


def test_a_submission_that_cannot_migrate_has_an_outcome(preparation: Preparation, tmp_path: Path) -> None:
    """The real parts come up, the submission's environment holds nothing, and the outcome says so."""
    events: list[dict[str, Any]] = []
    (tmp_path / "submission").mkdir()
    with LocalRun(preparation) as run:
        assert left_of(preparation)
        outcome = run.check(Job(str(tmp_path / "submission"), str(tmp_path), str(tmp_path)), events.append)
    assert (outcome.kind, outcome.explained, outcome.isolation) == ("stopped", True, preparation.isolation)
    assert outcome.cause == "`alembic upgrade head` cannot be started: requirements.txt does not install it"
    phases = [event["phase"] for event in events if "phase" in event]
    assert phases == ["stack", "submission", "teardown"]
    assert {*phases} == {*outcome.phases}
    assert gone(preparation)


def test_a_run_that_is_not_wanted_ends(preparation: Preparation) -> None:
    """A prepared run that gets no submission leaves nothing, and may be ended twice."""
    with LocalRun(preparation) as run:
        assert left_of(preparation)
        run.end()
    assert gone(preparation)


def test_a_run_that_dies_is_our_trouble(preparation: Preparation) -> None:
    """Where the inner process is killed there is no outcome but an error of ours, and nothing is left."""
    with LocalRun(preparation) as run:
        abort_all()
        with pytest.raises(InfrastructureError, match="the run ended without an outcome"):
            run.check(Job("/nowhere", "/nowhere", "/nowhere"), lambda _: None)
    assert gone(preparation)


def test_a_folder_that_cannot_be_used_is_our_trouble(preparation: Preparation) -> None:
    """A run's folder that is not there, or is used already, is told as such."""
    with LocalRun(preparation), pytest.raises(InfrastructureError, match="cannot write"):
        LocalRun(preparation)
