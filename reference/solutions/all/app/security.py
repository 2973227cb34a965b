"""Passwords and tokens: the two things of which only the server knows whether they are right."""

from datetime import UTC, datetime, timedelta
from functools import lru_cache

import jwt
from pwdlib import PasswordHash
from pwdlib.hashers.argon2 import Argon2Hasher

from app.config import get_settings

ALGORITHM = "HS256"

# Argon2id with the parameters that OWASP gives as a minimum. pwdlib recommends 64 MiB a hash: forty logins at once, as
# many as FastAPI has threads, would take more memory than the process may have.
_hasher = PasswordHash((Argon2Hasher(time_cost=2, memory_cost=19 * 1024, parallelism=1),))


class InvalidTokenError(Exception):
    """A token that this service did not give out, or that is no longer good."""


def hash_password(password: str) -> str:
    """Return a hash to be stored: slow on purpose, with a salt and its parameters in it."""
    return _hasher.hash(password)


def is_password(password: str, stored: str | None) -> bool:
    """Whether `password` is the one that `stored` was made of; None, for no such user, takes as long to deny."""
    right = _hasher.verify(password, stored or _stand_in())
    return right and stored is not None


@lru_cache
def _stand_in() -> str:
    return _hasher.hash("")


def create_token(user_id: int) -> str:
    """Return a signed token that names a user and when it expires."""
    settings = get_settings()
    expires = datetime.now(UTC) + timedelta(minutes=settings.jwt_expire_minutes)
    return jwt.encode({"sub": str(user_id), "exp": expires}, settings.jwt_secret.get_secret_value(), ALGORITHM)


def read_token(token: str) -> int:
    """Return the id of the user that a token names; `InvalidTokenError` where it is not to be trusted."""
    try:
        claims = jwt.decode(
            token,
            get_settings().jwt_secret.get_secret_value(),
            # Never what the token's own header asks for: that could be none.
            algorithms=[ALGORITHM],
            # A token without `exp` would be good for ever, and PyJWT only checks what is there.
            options={"require": ["sub", "exp"]},
        )
        return int(claims["sub"])
    except (jwt.InvalidTokenError, ValueError) as error:
        raise InvalidTokenError(str(error)) from error
