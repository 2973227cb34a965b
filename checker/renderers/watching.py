"""The screen and the keys of `check --watch`."""

from __future__ import annotations

import contextlib
import shutil
import sys
import termios
import textwrap
import threading
import time
import tty
from typing import TYPE_CHECKING, Final

from checker.renderers.human import render_brief
from checker.renderers.plain import plain
from checker.renderers.terminal import wants_color
from checker.watch import Event

if TYPE_CHECKING:
    from collections.abc import Iterator
    from queue import SimpleQueue

    from checker.verdict import Verdict

CLEAR: Final = "\x1b[2J\x1b[H"
KEYS: Final = "h hint   a check again   q quit   (saving a file checks again)"
KEPT_LINES: Final = 3  # the status, the keys, and where the cursor stands


class TerminalScreen:
    """Shows the last verdict from the top and the state in the last lines, so that nothing scrolls away."""

    def __init__(self) -> None:
        self._body = ""
        self._is_terminal = sys.stdout.isatty()

    def working(self, what: str) -> None:
        """Say what is being done, under what is known so far."""
        self._draw(f"{what} …")

    def show(self, verdict: Verdict) -> None:
        """Show a verdict."""
        size = shutil.get_terminal_size()
        self._body = render_brief(verdict, width=size.columns, height=size.lines - KEPT_LINES, color=wants_color())
        self._draw(f"checked at {time.strftime('%H:%M:%S')}")

    def say(self, text: str) -> None:
        """Show a text above the state; the next verdict replaces it."""
        columns = shutil.get_terminal_size().columns
        self._draw("\n".join(textwrap.fill(line, columns - 1) for line in plain(text).splitlines()))

    def _draw(self, status: str) -> None:
        clear = CLEAR if self._is_terminal else ""
        keys = f"{KEYS}\n" if self._is_terminal else ""
        sys.stdout.write(f"{clear}{self._body}\n{status}\n{keys}")
        sys.stdout.flush()


class TerminalKeys:
    """Reads single keys where standard input is a terminal; elsewhere there are none."""

    def listen(self, into: SimpleQueue[Event]) -> None:
        """Start to listen."""
        if sys.stdin.isatty():
            threading.Thread(target=self._listen, args=(into,), daemon=True).start()

    @staticmethod
    def _listen(into: SimpleQueue[Event]) -> None:
        while key := sys.stdin.read(1):
            into.put(Event("key", key=key.lower()))


@contextlib.contextmanager
def single_keys() -> Iterator[None]:
    """Let the terminal give every key at once, and put it back as it was; Ctrl-C stays what it is."""
    if not sys.stdin.isatty():
        yield
        return
    before = termios.tcgetattr(sys.stdin)
    tty.setcbreak(sys.stdin)
    try:
        yield
    finally:
        termios.tcsetattr(sys.stdin, termios.TCSADRAIN, before)
