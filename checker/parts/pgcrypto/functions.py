"""What pgcrypto computes: https://www.postgresql.org/docs/18/pgcrypto.html, sections F.26.1, F.26.2 and F.26.5.

Words and results are bytes, as PostgreSQL sends and gets them. `ValueError` holds what PostgreSQL then tells.
"""

from __future__ import annotations

import hashlib
import hmac
import os
import secrets
from typing import TYPE_CHECKING, Any, Final

import bcrypt
from passlib.hash import bsdi_crypt, des_crypt, md5_crypt, sha256_crypt, sha512_crypt

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

DIGESTS: Final = ("md5", "sha1", "sha224", "sha256", "sha384", "sha512")
MOST_RANDOM: Final = 1024
BLOWFISH_BYTES: Final = 72  # of a password; the algorithm sees no more
BLOWFISH_SALT: Final = 29  # characters: `$2a$`, two digits, `$`, and 22 of the salt
BLOWFISH_PREFIXES: Final = ("$2a$", "$2x$")
BLOWFISH_ROUNDS: Final = (4, 31)
MOST_BLOWFISH: Final = 15  # rounds that are computed here: 2 s, and nobody can break it off
MOST_SHA: Final = 1_000_000
SALT_CHARACTERS: Final = "./0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
OTHERS: Final[dict[str, Any]] = {"$1$": md5_crypt, "$5$": sha256_crypt, "$6$": sha512_crypt, "_": bsdi_crypt}
# by algorithm: what stands before the salt, the salt's length, the least, most and usual rounds
SALTS: Final = {
    "sha256crypt": ("$5$rounds={}$", 16, 1000, 999_999_999, 5000),
    "sha512crypt": ("$6$rounds={}$", 16, 1000, 999_999_999, 5000),
    "md5": ("$1$", 8, 1000, 1000, 1000),
    "des": ("", 2, 25, 25, 25),
}
XDES_ROUNDS: Final = (1, 0xFFFFFF, 29 * 25)


def compute(words: Sequence[bytes]) -> bytes:
    """Return the result of the function that the first word names, of the others."""
    name, *arguments = words
    known = FUNCTIONS.get(name.decode())
    if known is None:
        raise ValueError(f"there is no function {name.decode()}")
    return known(*arguments)


def algorithm(name: bytes) -> str:
    """Return the name of a hash function."""
    if name.decode() not in DIGESTS:
        raise ValueError(f'Cannot use "{name.decode()}": No such hash algorithm')
    return name.decode()


def digest(name: bytes, data: bytes) -> bytes:
    """Return a hash of the data."""
    return hashlib.new(algorithm(name), data, usedforsecurity=False).digest()


def keyed_digest(name: bytes, data: bytes, key: bytes) -> bytes:
    """Return a keyed hash of the data."""
    return hmac.digest(key, data, algorithm(name))


def gen_random_bytes(count: bytes) -> bytes:
    """Return so many random bytes."""
    if not 1 <= int(count) <= MOST_RANDOM:
        raise ValueError("Length not in range")
    return os.urandom(int(count))


def crypt(password: bytes, setting: bytes) -> bytes:
    """Return the hash of a password; `setting` is a salt, or a hash that was made with it."""
    text = setting.decode()
    if text.startswith(BLOWFISH_PREFIXES):
        return blowfish(password, text)
    handler = next((found for prefix, found in OTHERS.items() if text.startswith(prefix)), des_crypt)
    try:
        parsed = handler.from_string(text)
        parts = {name: getattr(parsed, name) for name in ("salt", "rounds") if hasattr(parsed, name)}
        refuse_many(parts.get("rounds", 0), MOST_SHA)
        return str(handler.using(**parts).hash(password)).encode()
    except (ValueError, TypeError) as error:
        raise ValueError(f"invalid salt ({error})") from None


def blowfish(password: bytes, setting: str) -> bytes:
    """Return bcrypt's hash."""
    rounds = setting[4:6]
    if len(setting) < BLOWFISH_SALT or not rounds.isdigit():
        raise ValueError("invalid salt")
    refuse_many(int(rounds), MOST_BLOWFISH)
    hashed = bcrypt.hashpw(password[:BLOWFISH_BYTES], b"$2a$" + setting[4:BLOWFISH_SALT].encode())
    return setting[:4].encode() + hashed[4:]


def refuse_many(rounds: int, most: int) -> None:
    """Refuse what would keep a core busy for long after everybody has gone."""
    if rounds > most:
        raise ValueError(f"{rounds} rounds are more than the {most} that this PostgreSQL computes")


def gen_salt(name: bytes, wanted: bytes = b"0") -> bytes:
    """Return a new salt; no rounds, or 0, stand for the usual number."""
    kind, rounds = name.decode(), int(wanted)
    if kind == "bf":
        least, most = BLOWFISH_ROUNDS
        rounds = within(rounds or 6, least, most)
        return bcrypt.gensalt(rounds, prefix=b"2a")
    if kind == "xdes":
        least, most, usual = XDES_ROUNDS
        rounds = within(rounds or usual, least, most)
        if rounds % 2 == 0:
            raise ValueError("gen_salt: Incorrect number of rounds")
        return ("_" + "".join(SALT_CHARACTERS[rounds >> shift & 63] for shift in (0, 6, 12, 18)) + salt(4)).encode()
    if kind not in SALTS:
        raise ValueError("gen_salt: Unknown salt algorithm")
    prefix, length, least, most, usual = SALTS[kind]
    return (prefix.format(within(rounds or usual, least, most)) + salt(length)).encode()


def within(rounds: int, least: int, most: int) -> int:
    """Return the rounds, which have to be so many."""
    if not least <= rounds <= most:
        raise ValueError("gen_salt: Incorrect number of rounds")
    return rounds


def salt(length: int) -> str:
    """Return random characters."""
    return "".join(secrets.choice(SALT_CHARACTERS) for _ in range(length))


FUNCTIONS: Final[dict[str, Callable[..., bytes]]] = {
    "digest": digest,
    "hmac": keyed_digest,
    "crypt": crypt,
    "gen_salt": gen_salt,
    "gen_random_bytes": gen_random_bytes,
}
