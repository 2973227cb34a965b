"""Users: how they register and how they log in."""

from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Depends, HTTPException
from fastapi.security import OAuth2PasswordRequestForm
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from app.dependencies import CHALLENGE, Database
from app.models import User
from app.schemas import Registration, Token, UserResponse
from app.security import create_token, hash_password, is_password

router = APIRouter(prefix="/auth", tags=["auth"])


@router.post("/register", status_code=HTTPStatus.CREATED, response_model=UserResponse)
def register(body: Registration, db: Database) -> User:
    """Make a user; the database decides who is first where several ask for one name."""
    user = User(username=body.username, password_hash=hash_password(body.password))
    db.add(user)
    try:
        db.commit()
    except IntegrityError as error:
        raise HTTPException(HTTPStatus.CONFLICT, "this name is taken") from error
    db.refresh(user)
    return user


@router.post("/token")
def log_in(form: Annotated[OAuth2PasswordRequestForm, Depends()], db: Database) -> Token:
    """Give a token for a name and its password; the answer does not tell which of the two is wrong."""
    user = db.scalar(select(User).where(User.username == form.username))
    right = is_password(form.password, user.password_hash if user else None)
    if user is None or not right:
        raise HTTPException(HTTPStatus.UNAUTHORIZED, "wrong name or password", CHALLENGE)
    return Token(access_token=create_token(user.id))
