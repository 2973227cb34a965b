"""What a process wrote, line by line, with the time each line arrived.

The bytes are foreign: a log keeps so many lines of so many bytes and counts the rest, and `flooded` tells that
the process wrote more than anyone would read.
"""

from __future__ import annotations

import re
import time
from collections import deque
from dataclasses import dataclass
from itertools import takewhile
from typing import Final

MAX_LINE_BYTES: Final = 16 * 1024
KEPT_HEAD: Final = 2_000  # the first lines tell how it started
KEPT_TAIL: Final = 20_000  # the last ones how it ended; a schedule of retries writes some dozens
SHOWN: Final = 500  # characters of a line among the last ones; an exception's message has its point by then
TRACEBACK: Final = "Traceback (most recent call last):"
SAID_BESIDE: Final = re.compile(r"LINE \d+:|\s+\^|DETAIL:|HINT:|CONTEXT:")  # PostgreSQL's, about its error
LIBRARIES: Final = ("/site-packages/", "/lib/python3.", "/bin/", '"<')  # where a frame of somebody else's is
FLOOD_BYTES: Final = 64 * 1024 * 1024  # an honest service under a suite's load writes some megabytes at most


@dataclass(frozen=True)
class LogLine:
    """One line, without its end; `at` is `time.monotonic()` when it had arrived."""

    at: float
    text: str


class Log:
    """Collects a process's output from chunks of bytes."""

    def __init__(self) -> None:
        self._head: list[LogLine] = []
        self._tail: deque[LogLine] = deque(maxlen=KEPT_TAIL)
        self._rest = b""
        self._cutting = False
        self.bytes_seen = 0

    @property
    def flooded(self) -> bool:
        """Whether more was written than is read."""
        return self.bytes_seen > FLOOD_BYTES

    def feed(self, chunk: bytes) -> None:
        """Take the next bytes of the output."""
        self.bytes_seen += len(chunk)
        if self.flooded:
            return
        now = time.monotonic()
        *lines, self._rest = (self._rest + chunk).split(b"\n")
        for line in lines:
            self._keep(now, line)
        if len(self._rest) > MAX_LINE_BYTES:
            self._keep(now, self._rest)
            self._rest, self._cutting = b"", True

    def close(self) -> None:
        """Take what stands after the last line's end as a line too."""
        if self._rest:
            self._keep(time.monotonic(), self._rest)
            self._rest = b""

    def lines(self) -> list[LogLine]:
        """Return the kept lines, oldest first."""
        return [*self._head, *self._tail]

    def last(self, count: int = 20) -> str:
        """Return the last `count` lines as text, what is longer than a screen is wide cut off."""
        return "\n".join(shortened(line.text) for line in self.lines()[-count:])

    def last_exception(self, count: int = 12) -> str:
        """Return the last traceback that Python wrote, down to the error; empty where there is none.

        Of its frames those of libraries are left out, and of the others the last `count` lines are kept.
        """
        texts = [line.text for line in self.lines()]
        begin = next((number for number in reversed(range(len(texts))) if TRACEBACK in texts[number]), None)
        if begin is None:
            return ""
        margin = texts[begin].partition(TRACEBACK)[0]  # in a group of exceptions it is not empty
        frames = [""]
        for number, text in enumerate(texts[begin + 1 :], start=begin + 1):
            if not text.startswith(f"{margin} "):
                own = "\n".join(frame for frame in frames if not any(name in frame for name in LIBRARIES))
                error = [text, *takewhile(SAID_BESIDE.match, texts[number + 1 :])]
                shown = own.strip("\n").split("\n")
                return "\n".join(map(shortened, [*shown[max(0, len(shown) - count) :], *error])).strip("\n")
            if text.startswith(f"{margin}  File "):
                frames.append(text)
            else:
                frames[-1] += f"\n{text}"
        return ""

    def _keep(self, now: float, raw: bytes) -> None:
        if self._cutting:  # the rest of a line whose beginning was kept
            self._cutting = False
            return
        line = LogLine(now, raw[:MAX_LINE_BYTES].rstrip(b"\r").decode("utf-8", "replace"))
        if len(self._head) < KEPT_HEAD:
            self._head.append(line)
        else:
            self._tail.append(line)


def shortened(text: str) -> str:
    """Return a line as it is shown."""
    return text if len(text) <= SHOWN else f"{text[:SHOWN]} …"
