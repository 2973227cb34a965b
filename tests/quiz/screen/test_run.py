"""The screen on a real terminal: it is left as it was found, by every way out."""

from __future__ import annotations

import os
import pty
import select
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Final

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT: Final = Path(__file__).parents[3]
LIMIT_SECONDS: Final = 30.0
LEFT: Final = b"\x1b[?1049l"  # back from the alternate screen
SHOWN: Final = b"Expected points"
PROGRAM: Final = """
import sys
from dataclasses import replace
from pathlib import Path
from checker.errors import WorkbenchError
from checker.interrupts import Interrupted, interruptible
from quiz.bank import read_bank
from quiz.screen.app import run
from quiz.session import Kept, Plan, Session

class Nowhere:
    def __getattr__(self, name): return lambda *a: None

bank = read_bank(Path("tests/data/bank/questions.yaml"))
session = Session(bank, Nowhere(), Kept("4f2a9c", "Ada", Plan(tuple(bank.items)), 0.0))
session.go(0)
try:
    with interruptible():
        run(session)
except Interrupted as stop:
    sys.exit(stop.exit_status)
except WorkbenchError as error:
    sys.exit(f"{error.message}; {error.next_step}")
"""


class Screen:
    """A process whose terminal is the test."""

    def __init__(self, program: str) -> None:
        self.master, slave = pty.openpty()
        os.set_blocking(self.master, False)
        subprocess.run(["stty", "rows", "24", "columns", "80"], stdin=slave, check=True)
        environment = {**os.environ, "TERM": "xterm-256color"}
        arguments = [sys.executable, "-c", program]
        self.process = subprocess.Popen(
            arguments, cwd=ROOT, env=environment, stdin=slave, stdout=slave, stderr=slave, start_new_session=True
        )
        os.close(slave)
        self.output = b""

    def wait_for(self, text: bytes) -> None:
        """Read until the terminal has got a text."""
        end = time.monotonic() + LIMIT_SECONDS
        while text not in self.output:
            assert time.monotonic() < end, self.output[-2000:]
            self._read()

    def type(self, keys: str) -> None:
        """Press keys."""
        os.write(self.master, keys.encode())

    def wait(self) -> int:
        """Read to the end and return the exit status."""
        end = time.monotonic() + LIMIT_SECONDS
        while self.process.poll() is None:
            assert time.monotonic() < end, self.output[-2000:]
            self._read()
        self._read()
        return self.process.returncode

    def _read(self) -> None:
        if select.select([self.master], [], [], 0.1)[0]:
            try:
                self.output += os.read(self.master, 65_536)
            except OSError:
                time.sleep(0.01)  # the other side is closed; the process is about to end

    def close(self) -> None:
        """End what is left."""
        self.process.kill()
        self.process.wait()
        os.close(self.master)


@pytest.fixture
def screen() -> Iterator[Screen]:
    """Return an interview on a terminal, its first screen drawn."""
    screen = Screen(PROGRAM)
    screen.wait_for(SHOWN)
    yield screen
    screen.close()


def test_quit(screen: Screen) -> None:
    """Q leaves the terminal as it was and says how to go on."""
    screen.type("q")
    assert screen.wait() == 0
    assert screen.output.index(LEFT) < screen.output.index(b"go on with: workbench quiz --resume 4f2a9c")


@pytest.mark.parametrize(("number", "status"), [(signal.SIGTERM, 143), (signal.SIGINT, 130), (signal.SIGHUP, 143)])
def test_signals(screen: Screen, number: signal.Signals, status: int) -> None:
    """A signal does the same, with the exit status that shells expect."""
    screen.process.send_signal(number)
    assert screen.wait() == status
    assert screen.output.index(LEFT) < screen.output.index(b"--resume 4f2a9c")


def test_terminal_that_is_gone(screen: Screen) -> None:
    """Where the terminal is closed the process ends, and does not hang."""
    os.close(screen.master)
    screen.master = os.open(os.devnull, os.O_RDONLY)
    assert screen.process.wait(LIMIT_SECONDS) != 0


def test_breakdown() -> None:
    """A bug keeps its traceback, leaves the terminal, and what was entered can be gone on with."""
    broken = PROGRAM.replace("session.go(0)", "session.go(0); session.tick = lambda: 1 / 0")
    screen = Screen(broken)
    screen.wait_for(SHOWN)
    screen.type("q")
    assert screen.wait() != 0
    screen.close()
    assert b"ZeroDivisionError" in screen.output
    assert b"workbench quiz --resume 4f2a9c" in screen.output
