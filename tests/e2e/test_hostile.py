"""Submissions that would rather change their verdict, their grader or its machine than their service."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.e2e.conftest import Bench, Ended

STUB = {"stored": "pass", "prioritised": "fail"}  # the verdict of the same submission without its trick
REPOSITORY = Path(__file__).parents[2]


@dataclass(frozen=True)
class Trick:
    """A trick by its folder's name; `says` is what the verdict has to say of it."""

    name: str
    says: str = ""
    kata: str = "fails"
    width: int = 2

    def call(self, bench: Bench) -> Ended:
        """Check the submission, which leaves nothing where it should not."""
        ended = bench.check(self.kata, bench.tricky(self.name))
        assert list(bench.root.rglob("forged")) == []
        assert list(REPOSITORY.glob("*/forged*")) == []
        return ended


FORGERIES = ["settings", "dependency", "reports", "marks", "connections", "daemon", "operator", "shadows"]
REACHED = {"snooping": "found []", "shm": "taken []", "redis": 'granted ["FLUSHALL", "FLUSHDB"]'}
EXCESSES = {
    "forks": "uvicorn app.main:app was ended: it had more than 256 processes and threads",
    "memory": "uvicorn app.main:app was ended: it used more than 1 GiB of memory",
    "disk": "the submission filled the database's disk of 1 GiB",
}
LOCKS = ["knocking", "revoking"]


@pytest.mark.parametrize("case", [Trick(name) for name in FORGERIES], ids=FORGERIES)
def test_a_trick_changes_nothing(side_by_side: Callable[[Trick], Ended], case: Trick) -> None:
    """A submission with the trick gets the verdict of one without."""
    ended = side_by_side(case)
    assert (ended.status, ended.statuses, ended.verdict["cause"]) == (1, STUB, None)


@pytest.mark.parametrize("case", [Trick(*one) for one in REACHED.items()], ids=REACHED)
def test_what_a_submission_can_reach(side_by_side: Callable[[Trick], Ended], case: Trick) -> None:
    """It sees no file, process or socket of its grader's, fills no memory but its own, commands no server."""
    ended = side_by_side(case)
    assert ended.statuses["stored"] == "fail"
    assert f"seen: 418 {case.says}\n" in ended.verdict["requirements"][0]["message"] + "\n"


@pytest.mark.parametrize("case", [Trick(*one, width=1) for one in EXCESSES.items()], ids=EXCESSES)
def test_who_takes_too_much_is_ended(side_by_side: Callable[[Trick], Ended], case: Trick) -> None:
    """The run ends with its cause; those that run beside it in this module get the verdicts that they ought to get."""
    ended = side_by_side(case)
    assert (ended.status, ended.verdict["cause"]) == (1, case.says)
    assert set(ended.statuses.values()) == {"not-run"}


@pytest.mark.parametrize("case", [Trick(name) for name in LOCKS], ids=LOCKS)
def test_who_locks_the_grader_out_fails(side_by_side: Callable[[Trick], Ended], case: Trick) -> None:
    """Where the suite cannot observe, and can where the model solution is graded, it is the submission's doing."""
    ended = side_by_side(case)
    assert (ended.status, ended.verdict["verdict"]) == (1, "fail")


@pytest.mark.parametrize("case", [Trick("killing")])
def test_who_kills_everything_kills_itself(side_by_side: Callable[[Trick], Ended], case: Trick) -> None:
    """There is nobody but itself to be seen and killed; the check goes on."""
    ended = side_by_side(case)
    assert (ended.status, ended.verdict["verdict"]) == (1, "fail")
    assert ended.statuses["prioritised"] == "fail"


@pytest.mark.parametrize("case", [Trick("answers", kata="passes")])
def test_forged_answers_do_no_work(side_by_side: Callable[[Trick], Ended], case: Trick) -> None:
    """Answering the runtime API's invocations from the API, and shouting at every port, completes no task."""
    ended = side_by_side(case)
    assert (ended.status, ended.statuses) == (1, {"stored": "pass", "completed": "fail"})


@pytest.mark.parametrize("case", [Trick("view", "PostgreSQL refuses: access to non-system view")])
def test_a_view_is_no_table(side_by_side: Callable[[Trick], Ended], case: Trick) -> None:
    """A view whose function is to run with its reader's rights is not read, and nobody's rights grow."""
    ended = side_by_side(case)
    assert (ended.status, ended.verdict["cause"]) == (1, None)
    assert case.says in ended.stdout
    assert "418" not in ended.stdout


def test_a_log_does_not_steer_the_terminal(bench: Bench) -> None:
    """Escape sequences and direction marks of a log are shown, not sent."""
    ended = bench.run("check", "fails", "--path", bench.tricky("escapes"))
    assert ended.status == 1
    assert r"\x1b[2J" in ended.stdout
    assert not {"\x1b", "\x07", "\u202e"} & set(ended.stdout)


IN_USR = """
mount -t tmpfs none /usr/local/share
cp -r "$0" /usr/local/share/katas
WORKBENCH_KATAS=/usr/local/share/katas exec "$@"
"""


def test_katas_within_the_system_are_hidden(bench: Bench) -> None:
    """Suites and solutions that are installed in `/usr`, which a submission sees, are not seen."""
    katas = bench.environ["WORKBENCH_KATAS"]
    shell = ["unshare", *(["-m"] if os.geteuid() == 0 else ["-rm"]), "sh", "-ec", IN_USR, katas]
    ended: Ended = bench.check("fails", bench.tricky("snooping"), prefix=shell)
    assert "seen: 418 found []" in ended.verdict["requirements"][0]["message"]
