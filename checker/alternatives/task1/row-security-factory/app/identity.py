"""Who asks: accounts, tokens, and the session that sees only what its user owns."""

import hashlib
import hmac
import os
import time
from typing import Annotated, Any

import jwt
from fastapi import APIRouter, Depends, HTTPException, Request
from fastapi.security import OAuth2PasswordBearer
from pydantic import BaseModel, StringConstraints
from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app.config import get_settings
from app.database import act_as, get_db
from app.models import User

KEY_ID, TOKEN_TYPE, LOG2N = "2026-1", "at+jwt", 14
scheme = OAuth2PasswordBearer(tokenUrl="/auth/token", scopes={}, auto_error=False)
router = APIRouter(prefix="/auth")


class Registration(BaseModel):
    """The body of `POST /auth/register`."""

    username: Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_.-]{2,64}$")]
    password: Annotated[str, StringConstraints(min_length=8, max_length=1000)]


def scrypt(password: str, salt: bytes, log2n: int) -> bytes:
    """Stretch a password; 16 MiB for log2n 14."""
    return hashlib.scrypt(password.encode(), salt=salt, n=1 << log2n, r=8, p=1, maxmem=1 << 26, dklen=32)


@router.post("/register", status_code=201)
def register(body: Registration, db: Annotated[Session, Depends(get_db)]) -> dict[str, Any]:
    """Make an account; names that differ by case alone are one name."""
    salt = os.urandom(16)
    user = User(username=body.username, salt=salt, digest=scrypt(body.password, salt, LOG2N), log2n=LOG2N)
    try:
        db.add(user)
        db.flush()
        answer = {"id": str(user.id), "username": user.username, "links": {"token": "/auth/token"}}
        db.commit()
    except IntegrityError as error:
        raise HTTPException(409, "taken") from error
    return answer


@router.post("/token")
async def token(request: Request) -> dict[str, Any]:
    """Log in, with a form."""
    from starlette.concurrency import run_in_threadpool

    form = await request.form()
    name, password = form.get("username"), form.get("password")
    if form.get("grant_type") != "password" or not isinstance(name, str) or not isinstance(password, str):
        raise HTTPException(400, {"error": "invalid_request"})
    return await run_in_threadpool(log_in, name, password)


def log_in(name: str, password: str) -> dict[str, Any]:
    """Answer a token, or 401 with an error of RFC 6749."""
    from app.database import SessionLocal

    with SessionLocal() as db:
        user = db.scalar(select(User).where(func.lower(User.username) == name.lower()))
    salt, digest, log2n = (user.salt, user.digest, user.log2n) if user else (b"", b"", LOG2N)
    if not hmac.compare_digest(scrypt(password, salt, log2n), digest) or user is None:
        raise HTTPException(401, {"error": "invalid_grant", "error_description": "name or password is wrong"})
    seconds = round(60 * get_settings().jwt_expire_minutes)
    claims = {"sub": f"user:{user.id}", "exp": int(time.time()) + seconds}
    signed = jwt.encode(claims, get_settings().jwt_secret, "HS256", {"typ": TOKEN_TYPE, "kid": KEY_ID})
    return {"access_token": signed, "token_type": "bearer", "expires_in": seconds, "scope": ""}


def refuse(error: str | None = None) -> HTTPException:
    """Return a 401 with a challenge of RFC 6750."""
    return HTTPException(401, error, {"WWW-Authenticate": "Bearer" + (f' error="{error}"' if error else "")})


def own_session(db: Annotated[Session, Depends(get_db)], raw: Annotated[str | None, Depends(scheme)]) -> Session:
    """Return a session in which there are no tasks but the user's."""
    if not raw:
        raise refuse()
    try:
        token = jwt.decode_complete(
            raw, get_settings().jwt_secret, ["HS256"], options={"require": ["exp", "sub"]}, leeway=5
        )
        if (token["header"].get("typ"), token["header"].get("kid")) != (TOKEN_TYPE, KEY_ID):
            raise refuse("invalid_token")
        kind, _, number = token["payload"]["sub"].partition(":")
        user_id = int(number)
    except (jwt.PyJWTError, ValueError) as error:
        raise refuse("invalid_token") from error
    if kind != "user" or db.get(User, user_id) is None:
        raise refuse("invalid_token")
    act_as(db, user_id)
    return db


OwnSession = Annotated[Session, Depends(own_session)]
