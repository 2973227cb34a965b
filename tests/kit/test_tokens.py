"""Tokens taken apart and forged: one thing changes, the rest stays, byte for byte where it can."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from typing import Any, Final

import pytest

from checker.kit.tokens import Forger, Token, encode, read_token, signature, write_part

KEY: Final = b"0123456789abcdef0123456789abcdef"
HEADER: Final = {"typ": "JWT", "alg": "HS256", "kid": "7"}
CLAIMS: Final = {"sub": "42", "exp": 4_102_444_800, "aud": ["tasks"], "jti": "a"}

# RFC 7515, appendix A.1: somebody else's token under somebody else's key.
RFC_KEY: Final = "AyM1SysPpbyDfgZld3umj1qzKObwVMkoqQ-EstJQLr_T-1qS0gZH75aKtMN3Yj0iPS4hcgUuTwjAzZr1Z9CAow"
RFC_TOKEN: Final = (
    "eyJ0eXAiOiJKV1QiLA0KICJhbGciOiJIUzI1NiJ9."  # noqa: S105 - an example of the standard's
    "eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ."
    "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"
)


def make_token(header: Any = HEADER, claims: Any = CLAIMS) -> str:
    """Return a token under KEY."""
    signed = f"{write_part(header)}.{write_part(claims)}"
    return f"{signed}.{signature('HS256', signed, KEY)}"


@pytest.fixture
def forger() -> Forger:
    """Return a forger of a token under KEY."""
    return Forger(read_token(make_token()), KEY)


def parts(text: str) -> tuple[dict[str, Any], dict[str, Any], str]:
    """Return header, claims and signature, read without a look at what is allowed."""
    header, claims, signed = text.split(".")
    return decoded(header), decoded(claims), signed


def decoded(part: str) -> dict[str, Any]:
    """Return the JSON object of a part."""
    value: dict[str, Any] = json.loads(base64.urlsafe_b64decode(part + "=="))
    return value


def test_a_token_of_the_standard_is_read_and_its_signature_verified() -> None:
    """The example of RFC 7515, with its white space, is read and found signed by its key and no other."""
    token = read_token(RFC_TOKEN)
    assert token.header == {"typ": "JWT", "alg": "HS256"}
    assert token.claims["iss"] == "joe"
    assert token.text == RFC_TOKEN
    assert token.is_signed_by(base64.urlsafe_b64decode(RFC_KEY + "=="))
    assert not token.is_signed_by(KEY)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "a.b",
        "opaque",
        f"{make_token()}=",
        make_token().replace(".", ".="),
        make_token(header=[]),
        make_token(claims=7),
        f"{encode(b'{')}.{write_part(CLAIMS)}.x",
        f"{write_part(HEADER)}.{encode(bytes([255]))}.x",
        f"{write_part(HEADER)}.{encode(b'[' * 100_000)}.x",
        make_token().replace("e", "é"),
    ],
)
def test_what_is_no_jwt_is_refused(text: str) -> None:
    """Too few parts, padding, parts that are no JSON objects: `ValueError`, and nothing else."""
    with pytest.raises(ValueError, match=r"."):
        read_token(text)


def test_a_claim_is_changed_and_the_rest_stays(forger: Forger) -> None:
    """The header stays as it stood, the other claims stay, and the right key signs."""
    forged = read_token(forger.with_claims(exp=1))
    assert forged.header_text == forger.token.header_text
    assert forged.claims == {**CLAIMS, "exp": 1}
    assert forged.is_signed_by(KEY)


def test_a_claim_is_taken_out(forger: Forger) -> None:
    """None takes a claim away and leaves the others."""
    forged = read_token(forger.with_claims(exp=None))
    assert forged.claims == {name: value for name, value in CLAIMS.items() if name != "exp"}
    assert forged.is_signed_by(KEY)


def test_another_key_changes_the_signature_alone(forger: Forger) -> None:
    """The first two parts stay as they stood."""
    other = b"x" * len(KEY)
    forged = read_token(forger.with_key(other))
    assert (forged.header_text, forged.claims_text) == (forger.token.header_text, forger.token.claims_text)
    assert forged.is_signed_by(other)
    assert not forged.is_signed_by(KEY)


@pytest.mark.parametrize(("name", "digest"), [("HS384", hashlib.sha384), ("HS512", hashlib.sha512)])
def test_another_algorithm_signs_with_the_right_key(forger: Forger, name: str, digest: Any) -> None:
    """The header names the algorithm and keeps its other fields, and the signature is that algorithm's."""
    text = forger.with_algorithm(name)
    header, claims, signed = parts(text)
    assert (header, claims) == ({**HEADER, "alg": name}, CLAIMS)
    assert signed == encode(hmac.new(KEY, text.rpartition(".")[0].encode(), digest).digest())


@pytest.mark.parametrize("name", ["none", "None", "NONE"])
def test_an_unsigned_token_says_so_and_ends_with_a_dot(forger: Forger, name: str) -> None:
    """The third part is empty and the claims are the old ones."""
    header, claims, signed = parts(forger.unsigned(name))
    assert (header["alg"], claims, signed) == (name, CLAIMS, "")


def test_other_ways_to_break_a_token(forger: Forger) -> None:
    """RSA without a key, `none` with a signature, no signature, another subject under the old one."""
    token: Token = forger.token
    assert parts(forger.with_rsa())[0]["alg"] == "RS256"
    assert parts(forger.unsigned_but_for_show())[2] == token.signature
    assert forger.stripped() == f"{token.header_text}.{token.claims_text}."
    header, claims, signed = parts(forger.altered())
    assert (header, claims, signed) == (HEADER, {**CLAIMS, "sub": "421"}, token.signature)
