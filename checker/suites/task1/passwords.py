"""Looking for a password in a database: in clear, and under everything fast that can be recomputed."""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING, Final

from checker.suites.task1.digests import bare, beside, keyed, peppered, salted
from checker.suites.task1.haystack import Haystack
from checker.suites.task1.rounds import derived, looped
from checker.suites.task1.salts import likeliest, salts_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from checker.kit.tables import Row
    from checker.suites.task1.digests import Digest

MAX_SALTS: Final = 100  # of one row
MAX_FAR_SALTS: Final = 200  # of all other rows
DERIVED_SALTS: Final = 8  # the likeliest ones, with which 999 rounds are made
LOOPED_SALTS: Final = 4


def where_password_stands(rows: Sequence[Row], name: str, password: str, secret: str) -> str | None:
    """Say where, and as what, the password of the user `name` stands in `rows`; None where nothing fast gives it."""
    haystack = Haystack(rows)
    text = password.encode()
    for how, clear in (("the password in clear", text), ("the password in clear", password.encode("utf-16-le"))):
        if clear in haystack:
            return f"{how} in the table {haystack.table_of(clear)}"
    for how, made in candidates(rows, name, text, secret.encode()):
        if made in haystack:
            return f"{how} in the table {haystack.table_of(made)}"
    return None


def candidates(rows: Sequence[Row], name: str, password: bytes, secret: bytes) -> Iterator[Digest]:
    """Yield all that is recomputed, what is cheap first."""
    own = [row for row in rows if name in row.cells]
    near = unique(salts_of(row) for row in own)[:MAX_SALTS]
    far = unique(salts_of(row) for row in rows if row not in own)[:MAX_FAR_SALTS]
    yield from bare(password)
    yield from salted(password, near)
    yield from beside(password, far)
    yield from peppered(password, near, secret)
    yield from keyed(password, [*near, *far])
    likely = unique(likeliest(row, rows) for row in own)
    yield from derived(password, [b"", secret, *likely[:DERIVED_SALTS]])
    yield from looped(password, likely[:LOOPED_SALTS])


def unique(salts: Iterator[list[bytes]]) -> list[bytes]:
    """Return salts of several rows in one list, each once."""
    return list(dict.fromkeys(chain.from_iterable(salts)))
