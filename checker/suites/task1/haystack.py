"""What a database holds, as bytes that a digest can be looked for in, however it was written down.

A cell may hold a digest raw, in hex or in base64, alone or between other things, whole or cut short. So each run of
characters that hex or base64 could have made is decoded from every place where it may begin, and what is kept of the
result is every window of a few bytes. A digest is there if its first window is.
"""

from __future__ import annotations

import base64
import binascii
import re
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from checker.kit.tables import Row

WINDOW: Final = 12  # bytes: by chance no two are the same, and no password or digest that is meant is shorter
MAX_CELL: Final = 100_000  # characters of one value
HEX_RUN: Final = re.compile(rf"[0-9A-Fa-f]{{{2 * WINDOW},}}")
BASE64_RUN: Final = re.compile(rf"[A-Za-z0-9+/_-]{{{WINDOW * 4 // 3},}}")
ADAPTED_RUN: Final = re.compile(rf"[A-Za-z0-9./]{{{WINDOW * 4 // 3},}}")  # a dot for the plus, as in password files
STANDARD: Final = str.maketrans("-_.", "+/+")


class Haystack:
    """All windows of some rows; each remembers the table that it stands in."""

    def __init__(self, rows: Sequence[Row]) -> None:
        self._tables: dict[bytes, str] = {}
        for row in rows:
            for cell in row.cells:
                for blob in blobs(cell[:MAX_CELL]):
                    self._tables.update(dict.fromkeys(windows(blob), row.table))

    def __contains__(self, needle: bytes) -> bool:
        return needle[:WINDOW] in self._tables

    def table_of(self, needle: bytes) -> str:
        """Return the table in which `needle` stands."""
        return self._tables[needle[:WINDOW]]


def windows(blob: bytes) -> Iterator[bytes]:
    """Yield every window of a blob."""
    return (blob[start : start + WINDOW] for start in range(len(blob) - WINDOW + 1))


def blobs(cell: str | bytes) -> Iterator[bytes]:
    """Yield a cell as bytes, and everything that its text may be the hex or base64 of."""
    data = cell.encode("utf-8", "replace") if isinstance(cell, str) else cell
    text = cell if isinstance(cell, str) else cell.decode("latin-1")
    yield data
    for run in HEX_RUN.findall(text):
        for start in range(2):
            yield from_hex(run[start:])
    for run in {*BASE64_RUN.findall(text), *ADAPTED_RUN.findall(text)}:
        for start in range(4):
            yield from_base64(run[start:])


def from_hex(run: str) -> bytes:
    """Decode hex; a digit that is left over is dropped."""
    return bytes.fromhex(run[: len(run) // 2 * 2])


def from_base64(run: str) -> bytes:
    """Decode base64 of any of its alphabets; a character that is left over is dropped."""
    standard = run.translate(STANDARD)
    kept = standard[:-1] if len(standard) % 4 == 1 else standard
    try:
        return base64.b64decode(kept + "=" * (-len(kept) % 4))
    except binascii.Error:
        return b""
