"""How long it takes until something can be read: the help, and the first question of `quiz` on both faces.

    python bench/first_screen.py [--rounds 9]

Every round does each row once, in turn, beside a bare `python -c pass`, so that a machine whose speed drifts drifts for
all of them. Printed are medians over the rounds: seconds, the processor's time, which tells more on a busy machine, and
ratios to the bare interpreter, pair by pair.
Rows of `quiz` end when the first question can be read; the records are there already, but for "first use".
"""

from __future__ import annotations

import argparse
import fcntl
import os
import pty
import resource
import select
import struct
import subprocess
import sys
import tempfile
import termios
import time
from contextlib import contextmanager
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING

from checker.content import find_content
from quiz.bank import read_bank

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

WORKBENCH = str(Path(sys.executable).with_name("workbench"))
QUIZ = [WORKBENCH, "quiz", "--questions", "q1"]
LIMIT_SECONDS = 30.0
COLUMNS, ROWS = 120, 40


def with_processor(row: Callable[[], float]) -> tuple[float, float]:
    """Return how long a row takes, and how long the processor worked for it."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    seconds = row()
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return seconds, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def to_the_end(*argv: str) -> float:
    """Return how long a program takes to its end."""
    started = time.perf_counter()
    subprocess.run(argv, stdout=subprocess.DEVNULL, check=True)
    return time.perf_counter() - started


def seen(descriptor: int, text: bytes, started: float) -> float:
    """Return how long it took until a text was written."""
    output = b""
    while text not in output:
        if not select.select([descriptor], [], [], LIMIT_SECONDS)[0]:
            sys.exit(f"{text!r} was not seen in {output!r}")
        output += os.read(descriptor, 65_536)
    return time.perf_counter() - started


def plain(state: str, prompt: bytes) -> float:
    """Return how long the plain face takes until the first question is asked for."""
    started = time.perf_counter()
    with subprocess.Popen(
        [*QUIZ, "--plain"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, env={**os.environ, "XDG_STATE_HOME": state}
    ) as process:
        assert process.stdout is not None
        seconds = seen(process.stdout.fileno(), prompt, started)
        process.communicate()
    return seconds


def full_screen(state: str, title: bytes) -> float:
    """Return how long the full screen takes until the first question stands there."""
    started = time.perf_counter()
    with in_terminal(QUIZ, {**os.environ, "XDG_STATE_HOME": state, "TERM": "xterm-256color"}) as terminal:
        return seen(terminal, title, started)


@contextmanager
def in_terminal(argv: list[str], environ: dict[str, str]) -> Iterator[int]:
    """Run a program in a terminal of its own; it is killed at the end, which an interview survives."""
    terminal, inner = pty.openpty()
    fcntl.ioctl(inner, termios.TIOCSWINSZ, struct.pack("HHHH", ROWS, COLUMNS, 0, 0))
    with subprocess.Popen(argv, stdin=inner, stdout=inner, stderr=inner, env=environ) as process:
        os.close(inner)
        try:
            yield terminal
        finally:
            process.kill()
    os.close(terminal)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=9)
    rounds = parser.parse_args().rounds
    item = read_bank(find_content().questions).item("q1")
    title, prompt = item.title.encode(), b"Point 1:"
    with tempfile.TemporaryDirectory() as state:
        plain(state, prompt)
        rows: dict[str, Callable[[], float]] = {
            "python -c pass": lambda: to_the_end(sys.executable, "-c", "pass"),
            "workbench --help": lambda: to_the_end(WORKBENCH, "--help"),
            "quiz --plain": lambda: plain(state, prompt),
            "quiz --plain, first use": lambda: plain(tempfile.mkdtemp(dir=state), prompt),
            "quiz, full screen": lambda: full_screen(state, title),
        }
        measured = [[with_processor(row) for row in rows.values()] for _ in range(rounds)]
    print(f"{'':24} {'median':>8} {'processor':>10}  beside python -c pass")
    for name, column in zip(rows, zip(*measured, strict=True), strict=True):
        ratios = [seconds / bare[0][0] for (seconds, _), bare in zip(column, measured, strict=True)]
        seconds, busy = (median(values) * 1000 for values in zip(*column, strict=True))
        print(f"{name:24} {seconds:5.0f} ms {busy:7.0f} ms  {median(ratios):.1f}")


if __name__ == "__main__":
    main()
