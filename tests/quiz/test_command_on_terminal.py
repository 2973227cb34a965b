"""`workbench quiz` on a terminal: the whole of it, or lines where that cannot be; killed, and without its records."""

from __future__ import annotations

import contextlib
import os
import pty
import re
import select
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from quiz.session import Mark
from records.database import open_records
from records.interviews import InterviewStore

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from quiz.session import Kept
    from tests.conftest import Own

WORKBENCH = str(Path(sys.executable).with_name("workbench"))
SECONDS = 60.0  # a start takes less than one; this is for a machine with much else to do
END_OF_INPUT = "\x04"  # what a terminal makes of Ctrl-D
WHOLE = "\x1b[?1049h"  # onto the alternate screen


class Terminal:
    """A process whose terminal is the test, and what it wrote so far."""

    def __init__(self, argv: list[str], environ: dict[str, str]) -> None:
        self.ours, theirs = pty.openpty()
        subprocess.run(["stty", "rows", "40", "columns", "120"], stdin=theirs, check=True)
        self.process = subprocess.Popen(
            argv, env={**os.environ, **environ}, stdin=theirs, stdout=theirs, stderr=theirs, start_new_session=True
        )
        os.close(theirs)
        self.output = ""

    def type(self, keys: str) -> None:
        """Press keys."""
        os.write(self.ours, keys.encode())

    def wait_for(self, pattern: str) -> str:
        """Read until something stands there, and return it."""
        deadline = time.monotonic() + SECONDS
        while not (found := re.search(pattern, self.output, re.DOTALL)):
            assert time.monotonic() < deadline, self.output[-2000:]
            self._read()
        return found[0]

    def wait(self) -> int:
        """Read to the end and return the exit status."""
        deadline = time.monotonic() + SECONDS
        while self.process.poll() is None:
            assert time.monotonic() < deadline, self.output[-2000:]
            self._read()
        self._read()
        return self.process.returncode

    def _read(self) -> None:
        if select.select([self.ours], [], [], 0.1)[0]:
            with contextlib.suppress(OSError):  # the process is gone
                self.output += os.read(self.ours, 65_536).decode(errors="replace")

    def close(self) -> None:
        """End what is left."""
        self.process.kill()
        self.process.wait()
        os.close(self.ours)


@pytest.fixture
def quiz(own: Own) -> Iterator[Callable[..., Terminal]]:
    """Return a way to start `workbench quiz` on a terminal of its own."""
    with contextlib.ExitStack() as stack:

        def start(*options: str, term: str = "xterm-256color") -> Terminal:
            terminal = Terminal([WORKBENCH, "quiz", *options], {"TERM": term, "TMPDIR": str(own.temporary)})
            stack.callback(terminal.close)
            return terminal

        yield start


def only_interview() -> Kept:
    """Return the one interview that is in the records, once it is."""
    deadline = time.monotonic() + SECONDS
    while time.monotonic() < deadline:
        with open_records() as records:
            store = InterviewStore(records)
            if found := store.summaries():
                return store.load(found[0].id)
    pytest.fail("no interview was kept")


def test_a_terminal_is_used_as_a_whole_and_kill_9_loses_nothing(quiz: Callable[..., Terminal]) -> None:
    """The full screen comes by itself; after a kill in the middle it goes on with the mark and the question."""
    first = quiz("--questions", "q1,q3")
    first.wait_for(r"Expected points")
    assert WHOLE in first.output
    first.type("nc")
    deadline = time.monotonic() + SECONDS
    while not (sheet := only_interview().sheets.get("q3")) or not sheet.marks:
        assert time.monotonic() < deadline
    first.process.kill()
    assert first.process.wait() == -signal.SIGKILL
    kept = only_interview()
    assert (kept.position, list(kept.sheets["q3"].marks.values())) == (1, [Mark.COVERED])
    second = quiz("--resume", kept.id)
    second.wait_for(r"2 of 2.*✓ C")
    second.type("q")
    assert second.wait() == 0
    second.wait_for(f"workbench quiz --resume {kept.id}")


def test_records_that_cannot_be_used_end_the_interview_before_it_begins(
    quiz: Callable[..., Terminal], own: Own
) -> None:
    """A file that is none closes the screen with what is wrong, and is left as it is; so does the plain face."""
    broken = own.state / "workbench" / "records.sqlite3"
    broken.parent.mkdir(parents=True)
    broken.write_bytes(b"this is no database, and somebody may want it back" * 100)
    before = broken.read_bytes()
    for options in ((), ("--plain",)):
        one = quiz("--questions", "q1", *options)
        assert one.wait() == 3
        one.wait_for(r"workbench: .*records\.sqlite3")
    assert broken.read_bytes() == before


@pytest.mark.parametrize(("options", "term"), [(("--plain",), "xterm-256color"), ((), "dumb")])
def test_lines_on_a_terminal(quiz: Callable[..., Terminal], options: tuple[str, ...], term: str) -> None:
    """With --plain, and on a terminal that cannot move a cursor, nothing but lines is written; Ctrl-D leaves."""
    one = quiz("--questions", "q1", *options, term=term)
    one.wait_for(r"Point 1: [^\n]*\n")
    one.type("c\n")
    one.wait_for(r"Point 2: [^\n]*\n")
    one.type(END_OF_INPUT)
    assert one.wait() == 0
    assert "\x1b" not in one.output
    assert max(map(len, one.output.splitlines())) <= 120
    assert list(only_interview().sheets["q1"].marks.values()) == [Mark.COVERED]
