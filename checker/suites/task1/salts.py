"""What may have salted a digest: every short value of a row, and every part of it that can have stood beside one."""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING, Final

from checker.suites.task1.haystack import from_base64, from_hex

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from checker.kit.tables import Row

MAX_SALT: Final = 64  # bytes
USUAL_SIZES: Final = (16, 8, 32, 12, 24, 22, 20, 10)
DIGEST_SIZES: Final = (16, 20, 28, 32, 48, 64)
WRITTEN_SIZES: Final = tuple(  # of a digest in hex, and in base64 without and with padding
    sorted({length for size in DIGEST_SIZES for length in (2 * size, -(-4 * size // 3), -(-size // 3) * 4)})
)
PIECE: Final = re.compile(r"[^\s$:;,|{}()\[\]]+")
FINE: Final = re.compile(r"[^.=]+")
HEX: Final = re.compile(r"(?:[0-9A-Fa-f]{2}){2,}")
NUMBER: Final = re.compile(rb"[\d\s:+.-]+")  # or a time
BASE64: Final = re.compile(r"[A-Za-z0-9+/_.-]{6,}=*")


def salts_of(row: Row) -> list[bytes]:
    """Return the possible salts of a row, the likelier ones first, each once."""
    found = list(dict.fromkeys(part for cell in row.cells for part in (cell, *pieces(cell)) if part))
    spelled = [salt for part in found for salt in spellings(part)]
    left = [salt for part in found for salt in rests(part)]
    return list(dict.fromkeys(salt for salt in (*spelled, *left) if 0 < len(salt) <= MAX_SALT))


def likeliest(rows: Sequence[Row], others: Sequence[Row]) -> list[bytes]:
    """Return the possible salts of `rows` that stand in one row alone, as a salt is chosen anew each time."""
    held = Counter(salt for row in (*rows, *others) for salt in salts_of(row))
    found = dict.fromkeys(salt for row in rows for salt in salts_of(row))
    return [salt for salt in found if held[salt] == 1 and not NUMBER.fullmatch(salt)]


def usual_first(salts: Iterable[bytes]) -> list[bytes]:
    """Return salts with those first that are as long as salts are made."""
    return sorted(salts, key=lambda salt: USUAL_SIZES.index(len(salt)) if len(salt) in USUAL_SIZES else MAX_SALT)


def pieces(cell: str | bytes) -> list[str]:
    """Return what stands in a text between the usual separators, and between these and dots and equals signs."""
    coarse = PIECE.findall(cell) if isinstance(cell, str) else []
    return [*coarse, *(fine for piece in coarse for fine in FINE.findall(piece))]


def rests(cell: str | bytes) -> Iterator[bytes]:
    """Yield what is left of a cell or piece when a digest is taken from its begin or its end."""
    if isinstance(cell, str):
        yield from cut(cell, WRITTEN_SIZES)
    for blob in spellings(cell):
        yield from cut(blob, DIGEST_SIZES)


def cut(whole: str | bytes, sizes: Sequence[int]) -> Iterator[bytes]:
    """Yield what stands beside a digest of one of `sizes`, as it is and decoded."""
    for size in sizes:
        if size < len(whole) <= size + 2 * MAX_SALT:
            yield from spellings(whole[size:])
            yield from spellings(whole[:-size])


def spellings(value: str | bytes) -> Iterator[bytes]:
    """Yield a value as bytes, and what it may be the hex or base64 of."""
    if isinstance(value, bytes):
        yield value
        return
    yield value.encode("utf-8", "replace")
    if HEX.fullmatch(value):
        yield from_hex(value)
    elif BASE64.fullmatch(value):
        yield from_base64(value.rstrip("="))
