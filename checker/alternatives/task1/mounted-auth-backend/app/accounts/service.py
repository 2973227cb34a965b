"""Hashes and tokens."""

import json
import time

from argon2 import PasswordHasher
from argon2.exceptions import Argon2Error, InvalidHashError
from jwcrypto.common import JWException, base64url_encode
from jwcrypto.jwk import JWK
from jwcrypto.jwt import JWT

from app.config import get_settings

hasher = PasswordHasher(time_cost=3, memory_cost=12 * 1024, parallelism=1)
DUMMY = hasher.hash("x")


def key() -> JWK:
    return JWK(kty="oct", k=base64url_encode(get_settings().jwt_secret))


def matches(stored: str | None, password: str) -> bool:
    try:
        return hasher.verify(stored or DUMMY, password) and stored is not None
    except (Argon2Error, InvalidHashError):
        return False


def issue(user_id: str, name: str) -> str:
    now = int(time.time())
    claims = {
        "sub": user_id,
        "preferred_username": name,
        "iat": now,
        "exp": now + get_settings().jwt_expire_minutes * 60,
        "use": "access",
    }
    token = JWT(header={"alg": "HS256", "typ": "JWT"}, claims=claims)
    token.make_signed_token(key())
    return token.serialize()


def identify(raw: str) -> str:
    """Return the id in a good token or raise ValueError."""
    try:
        token = JWT(check_claims={"exp": None, "sub": None, "use": "access"}, algs=["HS256"], expected_type="JWS")
        token.leeway = 10
        token.deserialize(raw, key())
        subject = json.loads(token.claims)["sub"]
    except (JWException, ValueError, KeyError, TypeError) as error:
        raise ValueError("bad token") from error
    if not isinstance(subject, str):
        raise ValueError("bad token")
    return subject
