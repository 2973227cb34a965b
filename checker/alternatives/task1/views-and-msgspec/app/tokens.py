"""HS256 and PBKDF2 by hand: a JWS in compact form is two lines of hmac."""

import hashlib
import hmac
import json
import secrets
import time
from base64 import urlsafe_b64decode, urlsafe_b64encode

from app.config import get_settings

ROUNDS = 210_000


def b64(raw: bytes) -> str:
    return urlsafe_b64encode(raw).rstrip(b"=").decode()


def sign(signed: str) -> str:
    return b64(hmac.digest(get_settings().jwt_secret, signed.encode(), "sha256"))


HEADER = b64(b'{"alg":"HS256","typ":"JWT"}')


def issue(subject: str) -> str:
    claims = {"sub": subject, "exp": int(time.time()) + get_settings().jwt_expire_minutes * 60}
    signed = f"{HEADER}.{b64(json.dumps(claims).encode())}"
    return f"{signed}.{sign(signed)}"


def subject_of(token: str) -> str | None:
    """Return whom a token names; None unless it is, to the letter, one that `issue` made and still runs."""
    try:
        signed, _, signature = token.rpartition(".")
        header, _, payload = signed.partition(".")
        if header != HEADER or not hmac.compare_digest(signature.encode(), sign(signed).encode()):
            return None
        claims = json.loads(urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))
        return claims["sub"] if claims["exp"] > time.time() and isinstance(claims["sub"], str) else None
    except (ValueError, KeyError, TypeError):
        return None


def stretch(password: str, salt: str, rounds: int = ROUNDS) -> str:
    return hashlib.pbkdf2_hmac("sha256", password.encode(), salt.encode(), rounds).hex()


def lock(password: str) -> str:
    salt = secrets.token_urlsafe(16)
    return f"pbkdf2:{ROUNDS}:{salt}:{stretch(password, salt)}"


def fits(password: str, stored: str) -> bool:
    _, rounds, salt, digest = stored.split(":")
    return hmac.compare_digest(stretch(password, salt, int(rounds)), digest)


NOBODY = f"pbkdf2:{ROUNDS}:x:x"
