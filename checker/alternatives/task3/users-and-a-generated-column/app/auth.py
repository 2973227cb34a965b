"""Users and their tokens."""

import hashlib
import secrets
from datetime import UTC, datetime, timedelta
from typing import Annotated, Any

import jwt
from fastapi import APIRouter, Depends, HTTPException
from fastapi.security import OAuth2PasswordBearer, OAuth2PasswordRequestForm
from pydantic import BaseModel, Field
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app.config import get_settings
from app.database import get_db
from app.models import User

router = APIRouter(prefix="/auth")
scheme = OAuth2PasswordBearer("/auth/token")


class Credentials(BaseModel):
    username: str = Field(min_length=3, max_length=32)
    password: str = Field(min_length=12, max_length=64)


def digest(password: str, salt: str) -> str:
    return hashlib.scrypt(password.encode(), salt=salt.encode(), n=2**14, r=8, p=1).hex()


@router.post("/register", status_code=201)
def register(body: Credentials, db: Annotated[Session, Depends(get_db)]) -> dict[str, Any]:
    salt = secrets.token_hex(8)
    user = User(username=body.username, password=f"{salt}${digest(body.password, salt)}")
    db.add(user)
    try:
        db.commit()
    except IntegrityError:
        raise HTTPException(409, "this name is taken") from None
    return {"id": user.id, "username": user.username}


@router.post("/token")
def token(form: Annotated[OAuth2PasswordRequestForm, Depends()], db: Annotated[Session, Depends(get_db)]) -> dict[str, str]:
    user = db.scalar(select(User).where(User.username == form.username))
    salt, _, stored = (user.password if user else "none$none").partition("$")
    if not secrets.compare_digest(digest(form.password, salt), stored):
        raise HTTPException(401, "wrong name or password")
    settings = get_settings()
    claims = {"sub": str(user.id), "exp": datetime.now(UTC) + timedelta(minutes=settings.jwt_expire_minutes)}
    return {"access_token": jwt.encode(claims, settings.jwt_secret, "HS256"), "token_type": "bearer"}


def current_user(db: Annotated[Session, Depends(get_db)], given: Annotated[str, Depends(scheme)]) -> User:
    try:
        claims = jwt.decode(given, get_settings().jwt_secret, ["HS256"], options={"require": ["exp", "sub"]})
        user = db.get(User, int(claims["sub"]))
    except (jwt.InvalidTokenError, ValueError):
        user = None
    if user is None:
        raise HTTPException(401, "not logged in", {"WWW-Authenticate": "Bearer"})
    return user
