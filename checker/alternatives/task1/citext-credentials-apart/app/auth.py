"""Users: registration, login, and who sends a request."""

import crypt
from datetime import UTC, datetime, timedelta
from http import HTTPStatus
from typing import Annotated

import jwt
from fastapi import APIRouter, Depends, HTTPException
from fastapi.security import OAuth2PasswordBearer, OAuth2PasswordRequestForm
from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from app.config import get_settings
from app.database import get_db
from app.models import User
from app.schemas import Credentials, Token, UserResponse

router = APIRouter(prefix="/auth")
oauth2 = OAuth2PasswordBearer(tokenUrl="/auth/token", auto_error=False)


@router.post("/register", status_code=HTTPStatus.CREATED, response_model=UserResponse)
def register(body: Credentials, db: Annotated[Session, Depends(get_db)]) -> User:
    user_id = db.scalar(select(func.register_user(body.username, hash_password(body.password))))
    if user_id is None:
        raise HTTPException(HTTPStatus.CONFLICT, "username is taken")
    db.commit()
    return db.get_one(User, user_id)


@router.post("/token")
def login(form: Annotated[OAuth2PasswordRequestForm, Depends()], db: Annotated[Session, Depends(get_db)]) -> Token:
    query = text("SELECT id, hash FROM users JOIN credentials ON user_id = id WHERE username = :name")
    found = db.execute(query, {"name": form.username}).one_or_none()
    hashed = found.hash if found else hash_password("-")
    if crypt.crypt(form.password, hashed) != hashed or found is None:
        raise unauthorized("incorrect username or password")
    return Token(access_token=make_token(found.id))


def hash_password(password: str) -> str:
    return crypt.crypt(password, crypt.mksalt(crypt.METHOD_SHA512, rounds=20_000))


def make_token(user_id: int) -> str:
    settings = get_settings()
    expires = datetime.now(UTC) + timedelta(minutes=settings.jwt_expire_minutes)
    return jwt.encode({"sub": str(user_id), "exp": expires}, settings.jwt_secret, algorithm="HS256")


def read_token(token: str) -> int:
    claims = jwt.decode(token, get_settings().jwt_secret, algorithms=["HS256"], options={"require": ["exp", "sub"]})
    return int(claims["sub"])


def current_user(token: Annotated[str | None, Depends(oauth2)], db: Annotated[Session, Depends(get_db)]) -> User:
    try:
        user = db.get(User, read_token(token or ""))
    except (jwt.InvalidTokenError, ValueError):
        raise unauthorized("not authenticated") from None
    if user is None:
        raise unauthorized("not authenticated")
    return user


def unauthorized(detail: str) -> HTTPException:
    return HTTPException(HTTPStatus.UNAUTHORIZED, detail, headers={"WWW-Authenticate": "Bearer"})


CurrentUser = Annotated[User, Depends(current_user)]
