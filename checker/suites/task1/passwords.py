"""Looking for a password in a database: in clear, and under everything fast that can be recomputed."""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING, Final

from checker.suites.task1.digests import bare, beside, keyed, peppered, salted
from checker.suites.task1.haystack import Haystack
from checker.suites.task1.rounds import derived, looped
from checker.suites.task1.salts import likeliest, salts_of, usual_first

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from checker.kit.tables import Row
    from checker.suites.task1.digests import Digest

MAX_SALTS: Final = 100  # of one row
MAX_FAR_SALTS: Final = 200  # of all other rows
DERIVED_SALTS: Final = 8  # the likeliest of each kind, with which 999 rounds are made
LOOPED_SALTS: Final = 3


def where_clear(rows: Sequence[Row], password: str) -> str | None:
    """Say where a password stands in clear in `rows`; None where it does not."""
    return first_of(in_clear(password), Haystack(rows))


def where_password_stands(rows: Sequence[Row], name: str, password: str, secret: str) -> str | None:
    """Say where, and as what, the password of the user `name` stands in `rows`; None where nothing fast gives it."""
    return first_of(
        chain(in_clear(password), candidates(rows, name, password.encode(), secret.encode())), Haystack(rows)
    )


def first_of(made: Iterator[Digest], haystack: Haystack) -> str | None:
    """Say what stands in the haystack, and in which table; None where nothing does."""
    found = next(((how, digest) for how, digest in made if digest in haystack), None)
    return None if found is None else f"{found[0]} in the table {haystack.table_of(found[1])}"


def in_clear(password: str) -> Iterator[Digest]:
    """Yield the password itself."""
    for encoding in ("ascii", "utf-16-le"):
        yield "the password in clear", password.encode(encoding)


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
    yield from by_rounds(password, own, [row for row in rows if row not in own], secret)


def by_rounds(password: bytes, own: Sequence[Row], others: Sequence[Row], secret: bytes) -> Iterator[Digest]:
    """Yield what takes rounds, with the likeliest salts of the user's own rows and of the others."""
    near, far = likeliest(own, others), likeliest(others, own)
    likely = (near, usual_first(near), usual_first(far))  # alone in a value, beside a digest, in another row
    yield from derived(password, [b"", secret, *firsts(likely, DERIVED_SALTS)])
    yield from looped(password, firsts(likely, LOOPED_SALTS))


def firsts(orders: Iterable[list[bytes]], count: int) -> list[bytes]:
    """Return the first salts of several orders, each once."""
    return unique(salts[:count] for salts in orders)


def unique(salts: Iterable[list[bytes]]) -> list[bytes]:
    """Return salts of several rows in one list, each once."""
    return list(dict.fromkeys(chain.from_iterable(salts)))
