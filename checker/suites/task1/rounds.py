"""Fewer than a thousand rounds of a fast hash: as PBKDF2 makes them, and as a loop of one's own does.

A chain is made once and every step of it is a result, so that all numbers of rounds cost what the highest does.
"""

from __future__ import annotations

import hashlib
import hmac
from typing import TYPE_CHECKING, Any, Final

from checker.suites.task1.digests import USUAL

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from checker.suites.task1.digests import Digest

ROUNDS: Final = 999  # the contract: fewer than 1,000
FIRST_BLOCK: Final = (1).to_bytes(4, "big")  # what is looked up is the begin of a derived key


def derived(password: bytes, salts: Iterable[bytes]) -> Iterator[Digest]:
    """Yield the begin of PBKDF2's key (RFC 8018, section 5.2) for each salt and every number of rounds."""
    for salt in salts:
        for name in USUAL:
            how = f"PBKDF2 of the password with fewer than 1,000 rounds of {name}"
            for key in pbkdf2(name, password, salt):
                yield how, key


def pbkdf2(name: str, password: bytes, salt: bytes) -> Iterator[bytes]:
    """Yield the first block after 1, 2, 3, … rounds."""
    keyed = hmac.new(password, digestmod=name)
    chained = under(keyed, salt + FIRST_BLOCK)
    total = int.from_bytes(chained, "big")
    for _ in range(ROUNDS):
        yield total.to_bytes(keyed.digest_size, "big")
        chained = under(keyed, chained)
        total ^= int.from_bytes(chained, "big")


def under(keyed: hmac.HMAC, data: bytes) -> bytes:
    """Return the HMAC of `data` under a key that was taken in once."""
    copy = keyed.copy()
    copy.update(data)
    return copy.digest()


def looped(password: bytes, salts: Iterable[bytes]) -> Iterator[Digest]:
    """Yield what loops make of the password with each salt, raw and in hex from round to round."""
    for name in USUAL:
        how = f"fewer than 1,000 rounds of {name} over the password"
        make = getattr(hashlib, name)
        for start, before, after in starts(password, salts):
            for result in chain(make, start, before, after):
                yield how, result


def starts(password: bytes, salts: Iterable[bytes]) -> Iterator[tuple[bytes, bytes, bytes]]:
    """Yield what is hashed first, and what is put before and after the digest in every later round."""
    yield password, b"", b""
    yield password, password, b""
    yield password, b"", password
    for salt in salts:
        for start in (salt + password, password + salt):
            yield start, b"", b""
        yield salt + password, salt, b""
        yield password + salt, b"", salt


def chain(make: Callable[[bytes], Any], data: bytes, before: bytes, after: bytes) -> Iterator[bytes]:
    """Yield the digests of all rounds, handed on raw, then handed on in hex."""
    first = make(data)
    raw = text = first.digest()
    for _ in range(ROUNDS):
        yield raw
        raw = make(before + raw + after).digest()
    for _ in range(ROUNDS - 1):
        text = make(before + text.hex().encode() + after).digest()
        yield text
