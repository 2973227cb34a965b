"""Users: registration, login, and who sends a request."""

from datetime import UTC, datetime, timedelta
from http import HTTPStatus
from typing import Annotated

import jwt
from fastapi import APIRouter, Depends, HTTPException
from fastapi.security import OAuth2PasswordBearer, OAuth2PasswordRequestForm
from pwdlib import PasswordHash
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, select

from app.config import get_settings
from app.database import get_db
from app.models import User
from app.schemas import Credentials, Token, UserResponse

router = APIRouter(prefix="/auth")
oauth2 = OAuth2PasswordBearer(tokenUrl="/auth/token", auto_error=False)
hasher = PasswordHash.recommended()
DUMMY = hasher.hash("nobody has this password")


@router.post("/register", status_code=HTTPStatus.CREATED, response_model=UserResponse)
def register(body: Credentials, db: Annotated[Session, Depends(get_db)]) -> User:
    user = User(username=body.username, hashed_password=hasher.hash(body.password))
    db.add(user)
    try:
        db.commit()
    except IntegrityError:
        raise HTTPException(HTTPStatus.CONFLICT, "username is taken") from None
    db.refresh(user)
    return user


@router.post("/token")
def login(form: Annotated[OAuth2PasswordRequestForm, Depends()], db: Annotated[Session, Depends(get_db)]) -> Token:
    user = db.exec(select(User).where(User.username == form.username)).first()
    if not hasher.verify(form.password, user.hashed_password if user else DUMMY) or not user:
        raise unauthorized("incorrect username or password")
    return Token(access_token=make_token(user))


def make_token(user: User) -> str:
    settings = get_settings()
    expires = datetime.now(UTC) + timedelta(minutes=settings.jwt_expire_minutes)
    return jwt.encode({"sub": user.username, "exp": expires}, settings.jwt_secret, algorithm="HS256")


def read_token(token: str) -> str:
    claims = jwt.decode(token, get_settings().jwt_secret, algorithms=["HS256"], options={"require": ["exp", "sub"]})
    return str(claims["sub"])


def current_user(token: Annotated[str | None, Depends(oauth2)], db: Annotated[Session, Depends(get_db)]) -> User:
    try:
        user = db.exec(select(User).where(User.username == read_token(token or ""))).first()
    except (jwt.InvalidTokenError, ValueError):
        raise unauthorized("not authenticated") from None
    if user is None:
        raise unauthorized("not authenticated")
    return user


def unauthorized(detail: str) -> HTTPException:
    return HTTPException(HTTPStatus.UNAUTHORIZED, detail, headers={"WWW-Authenticate": "Bearer"})


CurrentUser = Annotated[User, Depends(current_user)]
