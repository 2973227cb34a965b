"""Passwords are found in a database under whatever is fast, and not under what is slow."""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets
from typing import TYPE_CHECKING, Final

import pytest

from checker.kit.tables import Row
from checker.suites.task1.passwords import where_clear, where_password_stands
from checker.suites.task1.searching import search_apart

if TYPE_CHECKING:
    from collections.abc import Callable

    Cells = tuple[str | bytes, ...]
    Store = Callable[[str], Cells]

NAME: Final = "k7q"
PASSWORD: Final = "0x9wq3ml2bvz"  # noqa: S105 - of nobody's
SECRET: Final = "f" * 48


def b64(data: bytes) -> str:
    """Return base64."""
    return base64.b64encode(data).decode()


def some(size: int) -> str:
    """Return random bytes in base64 without padding."""
    return b64(secrets.token_bytes(size)).rstrip("=")


def rounds(count: int, step: Callable[[bytes], bytes], data: bytes) -> bytes:
    """Return what `count` steps make of `data`."""
    for _ in range(count):
        data = step(data)
    return data


def sha256(data: bytes) -> bytes:
    """Return a digest."""
    return hashlib.sha256(data).digest()


def salted(store: Callable[[bytes, bytes], Cells], size: int = 16) -> Store:
    """Return a way to store that takes a new salt each time."""
    return lambda password: store(password.encode(), secrets.token_bytes(size))


FAST: Final[dict[str, Store]] = {
    "clear": lambda p: (p,),
    "clear in a longer text": lambda p: (f"user:{p}:end",),
    "clear in base64": lambda p: (b64(p.encode()),),
    "clear in hex": lambda p: (p.encode().hex(),),
    "clear in UTF-16": lambda p: (p.encode("utf-16-le"),),
    "md5": lambda p: (hashlib.md5(p.encode(), usedforsecurity=False).hexdigest(),),
    "sha1 in capitals": lambda p: (hashlib.sha1(p.encode(), usedforsecurity=False).hexdigest().upper(),),
    "sha224": lambda p: (hashlib.sha224(p.encode()).hexdigest(),),
    "sha256 raw": lambda p: (sha256(p.encode()),),
    "sha256 in base64": lambda p: (b64(sha256(p.encode())),),
    "sha256 in base64 for URLs": lambda p: (base64.urlsafe_b64encode(sha256(p.encode())).decode(),),
    "sha256 cut short": lambda p: (hashlib.sha256(p.encode()).hexdigest()[:32],),
    "sha384": lambda p: (hashlib.sha384(p.encode()).hexdigest(),),
    "sha512": lambda p: (hashlib.sha512(p.encode()).hexdigest(),),
    "sha3": lambda p: (hashlib.sha3_256(p.encode()).hexdigest(),),
    "blake2b": lambda p: (hashlib.blake2b(p.encode()).hexdigest(),),
    "blake2b of 32 bytes": lambda p: (hashlib.blake2b(p.encode(), digest_size=32).hexdigest(),),
    "blake2s": lambda p: (hashlib.blake2s(p.encode()).hexdigest(),),
    "sha256 with a name for it": lambda p: (f"sha256${hashlib.sha256(p.encode()).hexdigest()}",),
    "sha256 right after its name": lambda p: (f"sha256{hashlib.sha256(p.encode()).hexdigest()}",),
    "sha1 of md5": lambda p: (hashlib.sha1(hashlib.md5(p.encode()).hexdigest().encode()).hexdigest(),),  # noqa: S324 - the mistake that is meant
    "salt in a column, in hex": salted(lambda p, s: (s.hex(), sha256(s.hex().encode() + p).hex())),
    "salt in a column, raw": salted(lambda p, s: (s, sha256(p + s))),
    "salt in a column, decoded": salted(lambda p, s: (s.hex(), sha256(s + p).hex())),
    "salt before a dollar": salted(lambda p, s: (f"{s.hex()}${hashlib.sha512(p + s.hex().encode()).hexdigest()}",)),
    "salt right before": salted(lambda p, s: (s.hex() + hashlib.sha512(p + s).hexdigest(),), 12),
    "salt right after, in base64": salted(lambda p, s: (b64(sha256(p + s) + s),), 8),
    "LDAP's SSHA": salted(lambda p, s: ("{SSHA}" + b64(hashlib.sha1(p + s, usedforsecurity=False).digest() + s),), 8),
    "the name as salt": lambda p: (hashlib.sha256(f"{NAME}{p}".encode()).hexdigest(),),
    "the name and a colon": lambda p: (hashlib.md5(f"{NAME}:{p}".encode(), usedforsecurity=False).hexdigest(),),
    "the secret as pepper": lambda p: (hashlib.sha256(f"{p}{SECRET}".encode()).hexdigest(),),
    "salt and pepper": salted(lambda p, s: (s.hex(), sha256(s.hex().encode() + p + SECRET.encode()).hex())),
    "an HMAC under the secret": lambda p: (hmac.digest(SECRET.encode(), p.encode(), "sha256").hex(),),
    "an HMAC under the salt": salted(lambda p, s: (s.hex(), hmac.digest(s, p, "sha512").hex())),
    "an HMAC of the salt": salted(lambda p, s: (s.hex(), hmac.digest(p, s, "sha1").hex())),
    "a keyed BLAKE2": salted(lambda p, s: (s.hex(), hashlib.blake2b(p, key=s).hexdigest())),
    "PBKDF2 with 1 round": salted(lambda p, s: (s.hex(), hashlib.pbkdf2_hmac("sha256", p, s, 1).hex())),
    "PBKDF2 with 100 rounds": salted(lambda p, s: (f"{s.hex()}:{hashlib.pbkdf2_hmac('sha1', p, s, 100).hex()}",)),
    "PBKDF2 right after its salt, in hex": salted(
        lambda p, s: (s.hex() + hashlib.pbkdf2_hmac("sha256", p, s, 500).hex(),)
    ),
    "PBKDF2 right before its salt, raw": salted(lambda p, s: (hashlib.pbkdf2_hmac("sha256", p, s, 500) + s,)),
    "PBKDF2 and its salt in base64": salted(lambda p, s: (b64(s + hashlib.pbkdf2_hmac("sha512", p, s, 500)),)),
    "PBKDF2 with 999 rounds": salted(lambda p, s: (b64(s), b64(hashlib.pbkdf2_hmac("sha512", p, s, 999)))),
    "500 rounds, raw": salted(lambda p, s: (s.hex(), rounds(500, sha256, s + p).hex())),
    "500 rounds, in hex": salted(
        lambda p, s: (s.hex(), rounds(500, lambda d: sha256(d).hex().encode(), s.hex().encode() + p).decode())
    ),
    "999 rounds with the salt in each": salted(lambda p, s: (s.hex(), rounds(999, lambda d: sha256(s + d), p).hex())),
}
SLOW: Final[dict[str, Store]] = {
    "argon2": lambda _: ("$".join(["", "argon2id", "v=19", "m=65536,t=3,p=4", some(16), some(32)]),),
    "bcrypt": lambda _: (f"$2b$12${some(39).replace('+', '.')}",),
    "PBKDF2 with 1,000 rounds": salted(lambda p, s: (s.hex(), hashlib.pbkdf2_hmac("sha256", p, s, 1000).hex())),
    "PBKDF2 as Django has it": salted(
        lambda p, s: (f"pbkdf2_sha256$5000${s.hex()}${b64(hashlib.pbkdf2_hmac('sha256', p, s.hex().encode(), 5000))}",)
    ),
    "scrypt": salted(lambda p, s: (s, hashlib.scrypt(p, salt=s, n=16, r=1, p=1))),
}


def table(store: Store) -> list[Row]:
    """Return a table of users who all store their password in one way."""
    users = [(NAME, PASSWORD), ("b" * 32, "another password"), ("123456789", "a third password")]
    rows = [
        Row("users", (str(number), name, *store(password), "2026-01-02 03:04:05.678901+00:00"))
        for number, (name, password) in enumerate(users, start=1)
    ]
    return [Row("alembic_version", ("0002",)), *rows]


@pytest.mark.parametrize("how", FAST)
def test_what_is_fast_is_found(how: str) -> None:
    """A password in clear or under anything fast is found, wherever its salt stands, and the table is named."""
    found = where_password_stands(table(FAST[how]), NAME, PASSWORD, SECRET)
    assert found is not None
    assert found.endswith("in the table users")


@pytest.mark.parametrize("how", SLOW)
def test_what_is_slow_is_not_found(how: str) -> None:
    """What cannot be recomputed in fewer than 1,000 rounds is no finding."""
    assert where_password_stands(table(SLOW[how]), NAME, PASSWORD, SECRET) is None


def test_a_salt_in_another_table_is_tried() -> None:
    """A salt need not stand in the row of the name, nor beside the digest."""
    salt = secrets.token_bytes(16)
    rows = [
        Row("users", ("1", NAME)),
        Row("salts", ("1", salt.hex())),
        Row("credentials", ("1", sha256(PASSWORD.encode() + salt).hex())),
    ]
    assert where_password_stands(rows, NAME, PASSWORD, SECRET) is not None


def test_a_salt_in_another_table_is_tried_with_rounds() -> None:
    """Credentials that stand apart from the name are found also where they took rounds."""
    salt = secrets.token_bytes(16)
    made = hashlib.pbkdf2_hmac("sha256", PASSWORD.encode(), salt, 200)
    rows = [Row("users", ("1", NAME)), Row("credentials", ("1", f"{salt.hex()}${made.hex()}"))]
    assert where_password_stands(rows, NAME, PASSWORD, SECRET) is not None


@pytest.mark.parametrize("how", ["sha256 raw", "argon2"])
def test_a_process_of_its_own_finds_the_same(how: str) -> None:
    """Rows, bytes among them, reach the process that searches, and what it found comes back."""
    rows = table({**FAST, **SLOW}[how])
    assert search_apart(rows, NAME, PASSWORD, SECRET) == where_password_stands(rows, NAME, PASSWORD, SECRET)


def test_what_was_sent_in_clear_is_found_whose_ever_it_is() -> None:
    """A password in clear is found in any row, inside of JSON too, and no other password is."""
    rows = [Row("rejected", (f'{{"username":"x","password":"{PASSWORD}"}}',))]
    assert where_clear(rows, PASSWORD) == "the password in clear in the table rejected"
    assert where_clear(rows, "another password") is None


def test_what_is_not_the_password_s_is_not_found() -> None:
    """Digests of other things are no finding."""
    cells = tuple(hashlib.new(name, b"something else", usedforsecurity=False).hexdigest() for name in ("md5", "sha256"))
    assert where_password_stands([Row("users", (NAME, *cells))], NAME, PASSWORD, SECRET) is None


@pytest.mark.parametrize("cell", ["", "=" * 50, "$" * 50, "ab" * 60_000, b"\x00" * 50, "é" * 50, "A" * 17])
def test_odd_values_do_no_harm(cell: str | bytes) -> None:
    """Empty, long, repetitive and undecodable values are searched and raise nothing."""
    assert where_password_stands([Row("users", (NAME, cell))], NAME, PASSWORD, SECRET) is None
