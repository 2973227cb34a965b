"""Keeping verdicts beside the checks: what is kept, what is left out, and that no trouble reaches a check."""

from __future__ import annotations

import subprocess
import sys
import threading
from typing import TYPE_CHECKING

import pytest

from checker.errors import ExitStatus
from checker.interrupts import Interrupted
from records.database import open_records
from records.keeping import THREAD, Keeper
from records.verdicts import VerdictStore

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from checker.verdict import Verdict
    from records.verdicts import KeptVerdict


def all_kept() -> list[KeptVerdict]:
    """Return what is in the user's own records."""
    with open_records() as records:
        return VerdictStore(records).all()


@pytest.mark.usefixtures("file")
def test_what_is_graded_is_kept(make_verdict: Callable[..., Verdict]) -> None:
    """Each verdict is, with the candidate; it comes back as it was given."""
    warnings: list[str] = []
    verdicts = [make_verdict("fail", "pass"), make_verdict("pass", "pass", result="pass")]
    with Keeper("Ada", warnings.append) as keeper:
        assert [keeper.keep(one) for one in verdicts] == verdicts
    assert [(one.candidate, one.verdict) for one in all_kept()] == [("Ada", "fail"), ("Ada", "pass")]
    assert warnings == []


@pytest.mark.usefixtures("file")
def test_what_says_nothing_new_is_left_out(make_verdict: Callable[..., Verdict]) -> None:
    """An error of ours is not kept, nor is the same again; what was seen before, with something else since, is."""
    same = make_verdict("fail", "pass")
    with Keeper(None, print) as keeper:
        for one in (make_verdict("not-run", "not-run", result="error"), same, same, make_verdict("fail", "fail"), same):
            keeper.keep(one)
    assert [one.score for one in all_kept()] == [33, 0, 33]


def test_nothing_is_opened_without_a_check(file: Path) -> None:
    """A command that grades nothing touches no records, whatever events it hears."""
    heard: list[dict[str, str]] = []
    with Keeper(None, print) as keeper:
        keeper.hearing(heard.append)({"phase": "stack"})
    assert heard == [{"phase": "stack"}]
    assert not file.exists()


def test_they_are_opened_while_the_checks_run(file: Path) -> None:
    """Once the suite runs the records are opened, and are there even if no verdict comes of it."""
    with Keeper(None, print) as keeper:
        keeper.hearing(lambda _: None)({"phase": "api"})
    assert file.exists()


@pytest.mark.usefixtures("file")
def test_several_checks_share_one_thread(make_verdict: Callable[..., Verdict]) -> None:
    """Checks that reach their suites at the same moment open the records once."""
    together = threading.Barrier(8)

    def reach(hear: Callable[[dict[str, str]], None]) -> None:
        together.wait(30)
        hear({"phase": "api"})

    with Keeper(None, print) as keeper:
        threads = [threading.Thread(target=reach, args=(keeper.hearing(lambda _: None),)) for _ in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(30)
        assert [thread.name for thread in threading.enumerate()].count(THREAD) == 1
        keeper.keep(make_verdict("fail", "pass"))
    assert len(all_kept()) == 1


def test_trouble_is_a_warning(file: Path, make_verdict: Callable[..., Verdict]) -> None:
    """Records that cannot be used are told once, with what to do, after everything else."""
    file.parent.mkdir(parents=True)
    file.write_text("no database")
    warnings: list[str] = []
    with Keeper(None, warnings.append) as keeper:
        keeper.keep(make_verdict("fail", "pass"))
        keeper.keep(make_verdict("fail", "fail"))
        assert warnings == []
    assert [line.split(":")[0] for line in warnings] == ["workbench", "next"]
    assert "the verdict is not kept" in warnings[0]
    assert file.read_text() == "no database"


def keep_until(verdict: Verdict, end: BaseException) -> None:
    """Keep a verdict in a command that ends by an exception."""
    with Keeper(None, print) as keeper:
        keeper.keep(verdict)
        raise end


@pytest.mark.usefixtures("file")
def test_whoever_is_stopped_does_not_wait(make_verdict: Callable[..., Verdict]) -> None:
    """An interruption ends at once, also while another process holds the records; any other end waits."""
    with open_records() as records, records.writing(), pytest.raises(Interrupted):
        keep_until(make_verdict("fail", "pass"), Interrupted(ExitStatus.INTERRUPTED))
    for thread in threading.enumerate():
        if thread.name == THREAD:
            thread.join(30)
    with pytest.raises(BrokenPipeError):
        keep_until(make_verdict("pass", "pass", result="pass"), BrokenPipeError())
    assert [one.verdict for one in all_kept()] == ["fail", "pass"]


def test_the_keeper_costs_no_import() -> None:
    """What `check` imports for it is small: the database's libraries come with the thread."""
    program = "import records.keeping, sys; print('sqlalchemy' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True, timeout=60)
    assert done.stdout.strip() == "False"
