"""Lines of an input that may be a terminal, a pipe or a file, with something to do while none comes."""

from __future__ import annotations

import os
import select
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable

EVERY_SECONDS: Final = 5.0
CHUNK: Final = 65_536
LONGEST: Final = 100_000  # bytes of a line that are kept: far more than anybody says at a time


class Lines:
    """Reads a file descriptor line by line; `idle` is called every few seconds while a line is awaited."""

    def __init__(self, descriptor: int, idle: Callable[[], None], every: float = EVERY_SECONDS) -> None:
        self._descriptor = descriptor
        self._idle = idle
        self._every = every
        self._waiting = b""
        self._at_end = False

    def read(self) -> str | None:
        """Return the next line without its end; None once the input is at its end."""
        line = bytearray()
        while b"\n" not in self._waiting and not self._at_end:
            line += self._waiting[: LONGEST - len(line)]
            self._waiting = self._more()
        rest, newline, self._waiting = self._waiting.partition(b"\n")
        line += rest[: LONGEST - len(line)]
        return cleaned(bytes(line)) if newline or line else None

    def _more(self) -> bytes:
        while not select.select([self._descriptor], [], [], self._every)[0]:
            self._idle()
        chunk = os.read(self._descriptor, CHUNK)
        self._at_end = not chunk
        return chunk


def cleaned(line: bytes) -> str:
    """Return a line as text: what is no UTF-8 is replaced, NUL, which some databases cannot keep, is left out."""
    return line.decode(errors="replace").rstrip("\r").replace("\0", "")
