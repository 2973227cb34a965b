"""One process an interview."""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from checker.errors import UsageError
from quiz.alone import alone

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.conftest import Own

HOLD = """
import sys
from quiz.alone import alone
with alone(sys.argv[1]):
    print("held", flush=True)
    sys.stdin.read()
"""


@pytest.fixture
def holder(own: Own) -> Iterator[subprocess.Popen[str]]:
    """Return a process that holds the interview `one`."""
    argv = [sys.executable, "-c", HOLD, "one"]
    pipe = subprocess.PIPE
    with subprocess.Popen(argv, cwd=own.temporary, stdin=pipe, stdout=pipe, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "held\n"
        yield process
        process.kill()


def test_a_second_process_is_refused_and_others_are_not(holder: subprocess.Popen[str]) -> None:
    """An interview that is open says so; other ones open beside it."""
    assert holder.poll() is None
    with pytest.raises(UsageError, match="interview one is open in another process"), alone("one"):
        pass
    with alone("two"):
        pass


def test_a_killed_process_holds_nothing(holder: subprocess.Popen[str]) -> None:
    """After kill -9 the interview opens at once."""
    holder.kill()
    holder.wait()
    with alone("one"):
        pass
