"""Passwords (scrypt), tokens (PyJWT), and the guard."""

import hashlib
import hmac
import os
from collections.abc import Callable, Coroutine
from datetime import UTC, datetime, timedelta
from typing import Any

import jwt
from fastapi import HTTPException, Request, Response
from fastapi.concurrency import run_in_threadpool
from fastapi.routing import APIRoute

from app.config import get_settings
from app.database import SessionLocal
from app.models import User


def stretch(password: str, salt: bytes) -> bytes:
    return hashlib.scrypt(password.encode(), salt=salt, n=2**13, r=8, p=2, maxmem=64 * 2**20, dklen=48)


def new_secret(password: str) -> tuple[bytes, bytes]:
    salt = os.urandom(24)
    return salt, stretch(password, salt)


def is_right(user: User | None, password: str) -> bool:
    derived = stretch(password, user.salt if user else b"nobody's salt")
    return user is not None and hmac.compare_digest(derived, user.verifier)


def issue_token(user: User) -> str:
    now = datetime.now(UTC)
    expires = now + timedelta(minutes=get_settings().jwt_expire_minutes)
    claims = {"sub": user.username, "uid": user.id, "iat": now, "exp": expires}
    return jwt.encode(claims, get_settings().jwt_secret, algorithm="HS256")


def authenticate(request: Request) -> int:
    """Return the id of the user whose token the request carries or answer 401."""
    scheme, _, value = request.headers.get("authorization", "").partition(" ")
    try:
        if scheme.lower() != "bearer":
            raise jwt.InvalidTokenError("no bearer token")
        claims = jwt.decode(
            value.strip(), get_settings().jwt_secret, algorithms=["HS256"], leeway=45,
            options={"require": ["exp", "sub", "uid", "iat"]},
        )  # fmt: skip
    except (jwt.PyJWTError, ValueError):
        raise refused("the token is no good") from None
    with SessionLocal() as db:
        user = db.get(User, claims["uid"]) if isinstance(claims["uid"], int) else None
        if user is None or user.username != claims["sub"]:
            raise refused("the user is gone")
        return user.id


def refused(why: str) -> HTTPException:
    return HTTPException(401, why, {"WWW-Authenticate": f'Bearer error="invalid_token", error_description="{why}"'})


class GuardedRoute(APIRoute):
    """A route that authenticates before it looks at the rest of the request."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        inner = super().get_route_handler()

        async def handler(request: Request) -> Response:
            request.state.user_id = await run_in_threadpool(authenticate, request)
            response = await inner(request)
            response.headers["Cache-Control"] = "private, no-store"
            return response

        return handler
