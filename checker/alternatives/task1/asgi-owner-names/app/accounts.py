"""Registration and login."""

import base64
import hashlib
import hmac
import secrets
import time
from http import HTTPStatus
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Form, HTTPException
from jose import jwt
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app.config import get_settings
from app.database import get_db
from app.models import User
from app.schemas import Credentials

router = APIRouter(prefix="/auth")
ITERATIONS = 390_000


def encode_password(password: str, salt: str | None = None, iterations: int = ITERATIONS) -> str:
    salt = salt or secrets.token_urlsafe(16)
    digest = hashlib.pbkdf2_hmac("sha256", password.encode(), salt.encode(), iterations)
    return f"pbkdf2_sha256${iterations}${salt}${base64.b64encode(digest).decode()}"


def check_password(password: str, encoded: str) -> bool:
    _, iterations, salt, _ = encoded.split("$", 3)
    return hmac.compare_digest(encoded, encode_password(password, salt, int(iterations)))


@router.post("/register", status_code=HTTPStatus.CREATED)
def register(body: Credentials, db: Annotated[Session, Depends(get_db)]) -> dict[str, Any]:
    if db.scalar(select(User.id).where(User.username == body.username)):
        raise HTTPException(HTTPStatus.CONFLICT, "A user with that username already exists.")
    user = User(username=body.username, password=encode_password(body.password))
    db.add(user)
    try:
        db.commit()
    except IntegrityError as error:
        db.rollback()
        raise HTTPException(HTTPStatus.CONFLICT, "A user with that username already exists.") from error
    return {"id": user.id, "username": user.username, "links": {"token": "/auth/token"}}


@router.post("/token")
def token(
    username: Annotated[str, Form()],
    password: Annotated[str, Form()],
    grant_type: Annotated[str, Form(pattern="^password$")],
    db: Annotated[Session, Depends(get_db)],
) -> dict[str, Any]:
    encoded = db.scalar(select(User.password).where(User.username == username)) or encode_password("x")
    if not check_password(password, encoded):
        raise HTTPException(HTTPStatus.UNAUTHORIZED, "Unable to log in with provided credentials.")
    lifetime = 60 * get_settings().jwt_expire_minutes
    claims = {"sub": username, "exp": int(time.time()) + lifetime, "token_type": "access"}
    refresh = claims | {"exp": int(time.time()) + 7 * 24 * 3600, "token_type": "refresh"}
    secret = get_settings().jwt_secret
    return {
        "access_token": jwt.encode(claims, secret, "HS256"),
        "refresh_token": jwt.encode(refresh, secret, "HS256"),
        "token_type": "bearer",
    }
