"""JSON Web Tokens, taken apart and forged by hand.

No library of the submission's is used, nor one that checks a token: what is wrong with it shall be seen, not
refused. A forgery changes one thing in a token that was given out and keeps every other byte that can be kept, so
that claims and header fields which a service asks for stay.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import json
import re
import secrets
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from checker.kit.http import no_constant, no_twins

if TYPE_CHECKING:
    from collections.abc import Mapping

DIGESTS: Final = {"HS256": hashlib.sha256, "HS384": hashlib.sha384, "HS512": hashlib.sha512}
COMPACT: Final = re.compile(r"[\w-]+\.[\w-]+\.[\w-]*", re.ASCII)  # RFC 7515, section 3.1: no padding
RSA_SIGNATURE_BYTES: Final = 256  # of a key of 2048 bits


@dataclass(frozen=True)
class Token:
    """A token in its parts; `header_text` and `claims_text` are the first two as they stood."""

    header: Mapping[str, Any]
    claims: Mapping[str, Any]
    header_text: str
    claims_text: str
    signature: str

    @property
    def text(self) -> str:
        """The whole, as it is sent."""
        return f"{self.header_text}.{self.claims_text}.{self.signature}"

    def is_signed_by(self, key: bytes) -> bool:
        """Whether the signature is HS256's under `key`."""
        signed = signature("HS256", f"{self.header_text}.{self.claims_text}", key)
        return hmac.compare_digest(signed.encode(), self.signature.encode())


def read_token(text: str) -> Token:
    """Take a token apart; `ValueError` says why it is no JWT in the compact form."""
    if not COMPACT.fullmatch(text):
        raise ValueError("not three parts in base64url, without padding, between dots")
    header_text, claims_text, signed = text.split(".")
    return Token(read_part(header_text, "header"), read_part(claims_text, "payload"), header_text, claims_text, signed)


def read_part(text: str, name: str) -> dict[str, Any]:
    """Return the JSON object that a part holds."""
    try:
        data = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
        value = json.loads(data, parse_constant=no_constant, object_pairs_hook=no_twins)
    except (ValueError, binascii.Error, RecursionError) as error:
        raise ValueError(f"its {name} is no JSON in base64url ({error})") from None
    if not isinstance(value, dict):
        raise ValueError(f"its {name} is no JSON object")  # noqa: TRY004 - of the text, not of a Python type
    return value


def write_part(value: Any) -> str:
    """Return a JSON value the way it stands in a token."""
    return encode(json.dumps(value, separators=(",", ":")).encode())


def encode(data: bytes) -> str:
    """Return bytes in base64url without padding."""
    return base64.urlsafe_b64encode(data).decode().rstrip("=")


def signature(algorithm: str, signed: str, key: bytes) -> str:
    """Return an HMAC over the first two parts, as the third."""
    return encode(hmac.new(key, signed.encode(), DIGESTS[algorithm]).digest())


@dataclass(frozen=True)
class Forger:
    """Changes one thing in a token that was given out; what can be signed is signed with the right key."""

    token: Token
    key: bytes

    def with_claims(self, **changes: Any) -> str:
        """Change claims; None takes one out."""
        claims = {**self.token.claims, **changes}
        kept = {name: value for name, value in claims.items() if value is not None}
        return self._sign(self.token.header_text, write_part(kept), "HS256", self.key)

    def with_key(self, key: bytes) -> str:
        """Sign with another key."""
        return self._sign(self.token.header_text, self.token.claims_text, "HS256", key)

    def with_algorithm(self, algorithm: str) -> str:
        """Sign by another HMAC with the right key, and say so."""
        return self._sign(self._header(algorithm), self.token.claims_text, algorithm, self.key)

    def with_rsa(self) -> str:
        """Say that it is signed by RSA, with a key that nobody has."""
        made_up = encode(secrets.token_bytes(RSA_SIGNATURE_BYTES))
        return f"{self._header('RS256')}.{self.token.claims_text}.{made_up}"

    def unsigned(self, algorithm: str = "none") -> str:
        """Say that it needs no signature, and have none."""
        return f"{self._header(algorithm)}.{self.token.claims_text}."

    def unsigned_but_for_show(self) -> str:
        """Say that it needs no signature, and keep the one that it had."""
        return f"{self._header('none')}.{self.token.claims_text}.{self.token.signature}"

    def stripped(self) -> str:
        """Take the signature away and change nothing else."""
        return f"{self.token.header_text}.{self.token.claims_text}."

    def altered(self) -> str:
        """Change the subject and keep the signature."""
        claims = {**self.token.claims, "sub": f"{self.token.claims.get('sub')}1"}
        return f"{self.token.header_text}.{write_part(claims)}.{self.token.signature}"

    def _header(self, algorithm: str) -> str:
        return write_part({**self.token.header, "alg": algorithm})

    @staticmethod
    def _sign(header: str, claims: str, algorithm: str, key: bytes) -> str:
        return f"{header}.{claims}.{signature(algorithm, f'{header}.{claims}', key)}"
