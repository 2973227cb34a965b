"""The process's own input and output, for the plain face."""

from __future__ import annotations

import contextlib
import io
import os
import shutil
import sys
from typing import TYPE_CHECKING, Final

from checker.errors import WorkbenchError
from quiz.plain.lines import Lines

if TYPE_CHECKING:
    from collections.abc import Callable

WIDEST: Final = 100  # characters; longer lines are hard to read
DUMB: Final = {"", "dumb"}  # terminals on which no cursor can be moved


def is_interactive() -> bool:
    """Whether a full screen can be shown: a person at both ends, and a terminal that is one."""
    ends = (sys.stdin, sys.stdout)
    return all(end is not None and end.isatty() for end in ends) and os.environ.get("TERM", "") not in DUMB


class ProcessTerminal:
    """Reads standard input, whatever it is, keeping a clock meanwhile; writes by `put`, which flushes.

    The clock is kept before the first line is awaited, too: what that raises comes before anything was entered.
    """

    def __init__(self, put: Callable[[str], None], tick: Callable[[], None]) -> None:
        self.write = put
        self._tick = tick
        self._is_new = True
        self._lines = Lines(sys.stdin.fileno(), self._keep_clock) if sys.stdin else None
        if isinstance(sys.stdout, io.TextIOWrapper):
            sys.stdout.reconfigure(errors="replace")  # what an encoding lacks shows as `?`, and ends no interview

    @property
    def width(self) -> int | None:
        """The terminal's width; None for a pipe or a file."""
        return min(shutil.get_terminal_size().columns, WIDEST) if sys.stdout and sys.stdout.isatty() else None

    def read(self) -> str | None:
        """Return the next line; None at the end of the input, and where there is none or it breaks."""
        if self._is_new:
            self._is_new = False
            self._tick()
        with contextlib.suppress(OSError):  # the terminal went away
            return self._lines.read() if self._lines else None
        return None

    def _keep_clock(self) -> None:
        with contextlib.suppress(WorkbenchError):  # the next thing that is entered will tell
            self._tick()
