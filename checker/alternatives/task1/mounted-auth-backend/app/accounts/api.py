"""The application under /auth."""

from typing import Annotated

from fastapi import Depends, FastAPI, Form, HTTPException
from pydantic import BaseModel, Field
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app import problems
from app.accounts.models import User
from app.accounts.service import hasher, issue, matches
from app.config import get_settings
from app.database import get_db

api = problems.install(FastAPI(title="Accounts", openapi_url=None))
Db = Annotated[Session, Depends(get_db)]


class SignUp(BaseModel):
    username: str = Field(pattern="^[a-z0-9]{3,32}$")
    password: str = Field(min_length=12, max_length=128)


@api.post("/register", status_code=201)
def register(body: SignUp, db: Db) -> dict[str, str]:
    if db.scalar(select(User.id).filter_by(username=body.username)):  # spares a hash; the constraint has the last word
        raise HTTPException(409, "that name is taken")
    user = User(username=body.username, secrets={"argon2": hasher.hash(body.password)})
    try:
        db.add(user)
        db.commit()
    except IntegrityError as error:
        raise HTTPException(409, "that name is taken") from error
    return {"id": user.id, "username": user.username}


@api.post("/token")
def token(username: Annotated[str, Form()], password: Annotated[str, Form()], db: Db) -> dict[str, str | int]:
    user = db.scalar(select(User).filter_by(username=username))
    if not matches(user.secrets["argon2"] if user else None, password):
        raise HTTPException(401, ["wrong name or password"], {"WWW-Authenticate": "Bearer"})
    return {
        "access_token": issue(user.id, user.username),
        "token_type": "bearer",
        "expires_in": get_settings().jwt_expire_minutes * 60,
    }
