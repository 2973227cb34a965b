"""What a password looks like under fast hashes: all that can be recomputed, with whatever may have been the salt.

Nothing here knows a format. It hashes the password, alone and with salts in the usual arrangements, and yields every
result with a few words on how it came about; whoever asks looks each up in the database. How much is hashed depends
on the number of salts and never on the clock, so that a slow machine finds what a fast one does.
"""

from __future__ import annotations

import hashlib
import hmac
from contextlib import suppress
from functools import cache, partial
from typing import TYPE_CHECKING, Any, Final, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    Hash: TypeAlias = Callable[[bytes], bytes]
    Digest: TypeAlias = tuple[str, bytes]  # how it came about, and the bytes

SEPARATORS: Final = (b"", b":", b"$", b"|", b".", b"-", b"_", b" ")
NAMES: Final = (
    *("md5", "sha1", "sha224", "sha256", "sha384", "sha512", "sha3_224", "sha3_256", "sha3_384", "sha3_512"),
    *("blake2b", "blake2s", "sha512_224", "sha512_256", "ripemd160", "sm3", "md4", "md5-sha1"),
)
USUAL: Final = ("md5", "sha1", "sha256", "sha512")
KEYED: Final = (*USUAL, "sha224", "sha384", "sha3_256", "sha3_512")
BLAKE2_SIZES: Final = (16, 20, 32)  # beside their own: the size goes into the hash
BLAKE2_SALT_BYTES: Final = 16
SHAKE_BYTES: Final = 32  # any length will do: what is looked up is the begin


@cache
def hashes() -> dict[str, Hash]:
    """Return the hashes that this machine's OpenSSL computes, by name."""
    found: dict[str, Hash] = {}
    for name in NAMES:
        with suppress(ValueError):
            plain(name, b"")
            found[name] = partial(plain, name)
    for size in BLAKE2_SIZES:
        found[f"blake2b of {size} bytes"] = partial(blake2, hashlib.blake2b, size)
        found[f"blake2s of {size} bytes"] = partial(blake2, hashlib.blake2s, size)
    for name in ("shake_128", "shake_256"):
        found[name] = partial(shake, name)
    return found


def plain(name: str, data: bytes) -> bytes:
    """Return a hash of fixed length."""
    return hashlib.new(name, data, usedforsecurity=False).digest()


def shake(name: str, data: bytes) -> bytes:
    """Return the begin of a hash of any length."""
    made: bytes = getattr(hashlib, name)(data).digest(SHAKE_BYTES)
    return made


def blake2(make: Callable[..., Any], size: int, data: bytes) -> bytes:
    """Return a BLAKE2 of another length."""
    made: bytes = make(data, digest_size=size).digest()
    return made


def bare(password: bytes) -> Iterator[Digest]:
    """Yield the password under every hash, and under every one of every usual one."""
    for text in (password, password.decode().encode("utf-16-le")):
        for name, apply in hashes().items():
            yield f"{name} of the password", apply(text)
    for inner in USUAL:
        for once in both(plain(inner, password)):
            for name, apply in hashes().items():
                yield f"{name} of {inner} of the password", apply(once)


def beside(password: bytes, salts: Iterable[bytes]) -> Iterator[Digest]:
    """Yield the password right before and after each salt under every hash."""
    for salt in salts:
        for name, apply in hashes().items():
            yield f"{name} of the password and a salt", apply(salt + password)
            yield f"{name} of the password and a salt", apply(password + salt)


def salted(password: bytes, salts: Iterable[bytes]) -> Iterator[Digest]:
    """Yield the password and each salt in all arrangements under every hash."""
    inner = [once for name in USUAL for once in both(plain(name, password))]
    for salt in salts:
        for data in arrangements(password, salt):
            for name, apply in hashes().items():
                yield f"{name} of the password and a salt", apply(data)
        for once in inner:
            for name in USUAL:
                yield f"{name} of a hash of the password and a salt", plain(name, once + salt)
                yield f"{name} of a hash of the password and a salt", plain(name, salt + once)


def arrangements(password: bytes, salt: bytes) -> Iterator[bytes]:
    """Yield the ways in which a password and a salt are put together."""
    for separator in SEPARATORS:
        yield salt + separator + password
        yield password + separator + salt
    yield salt + password + salt
    yield password + salt + password


def peppered(password: bytes, salts: Iterable[bytes], pepper: bytes) -> Iterator[Digest]:
    """Yield the password beside a secret of the service's, and with each salt, under the usual hashes."""
    for salt in (b"", *salts):
        texts = (salt + password, password + salt)
        for data in (*(pepper + text for text in texts), *(text + pepper for text in texts)):
            for name in USUAL:
                yield f"{name} of the password and JWT_SECRET", plain(name, data)
        for text in texts:
            for name in KEYED:
                yield f"an HMAC ({name}) of the password under JWT_SECRET", hmac.digest(pepper, text, name)


def keyed(password: bytes, salts: Iterable[bytes]) -> Iterator[Digest]:
    """Yield HMACs in which password and salt are key and text, one way and the other, and keyed BLAKE2."""
    for salt in salts:
        for name in KEYED:
            yield f"an HMAC ({name}) of the password", hmac.digest(salt, password, name)
            yield f"an HMAC ({name}) of the password", hmac.digest(password, salt, name)
        for make in (hashlib.blake2b, hashlib.blake2s):
            most = make.MAX_KEY_SIZE
            for size in (make.MAX_DIGEST_SIZE, *BLAKE2_SIZES):
                yield "a keyed BLAKE2 of the password", make(password, key=salt[:most], digest_size=size).digest()
        if len(salt) <= BLAKE2_SALT_BYTES:
            yield "a salted BLAKE2 of the password", hashlib.blake2b(password, salt=salt).digest()


def both(made: bytes) -> tuple[bytes, bytes]:
    """Return a digest as it is handed on: raw, or in hex."""
    return made, made.hex().encode()
