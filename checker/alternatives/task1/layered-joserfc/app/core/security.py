import hashlib
import hmac
import os
import secrets
import time

from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import OctKey

ROUNDS = 120_000
LENGTH = 64


class InvalidToken(Exception):
    """Not a token of ours."""


def derive(password: str, salt: str, rounds: int) -> str:
    return hashlib.pbkdf2_hmac("sha512", password.encode(), bytes.fromhex(salt), rounds, LENGTH).hex()


def new_credentials(password: str) -> tuple[int, str, str]:
    salt = secrets.token_hex(16)
    return ROUNDS, salt, derive(password, salt, ROUNDS)


def verify(password: str, rounds: int, salt: str, derived: str) -> bool:
    return hmac.compare_digest(derive(password, salt, rounds), derived)


def key() -> OctKey:
    return OctKey.import_key(os.environ["JWT_SECRET"])


def issue(user_id: str) -> str:
    now = int(time.time())
    minutes = int(os.environ.get("JWT_EXPIRE_MINUTES", "30"))
    return jwt.encode({"alg": "HS256"}, {"sub": user_id, "iat": now, "exp": now + minutes * 60}, key())


def user_id_of(token: str) -> str:
    claims = jwt.JWTClaimsRegistry(exp={"essential": True}, sub={"essential": True}, leeway=5)
    try:
        decoded = jwt.decode(token, key(), algorithms=["HS256"])
        claims.validate(decoded.claims)
        return str(decoded.claims["sub"])
    except (JoseError, ValueError) as error:
        raise InvalidToken from error
