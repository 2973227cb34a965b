"""POST /auth/register and POST /auth/token."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, HTTPException
from fastapi.security import OAuth2PasswordRequestForm
from pydantic import BaseModel, Field, SecretStr
from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app.database import get_db
from app.models import User
from app.users.security import is_right, issue_token, new_secret

router = APIRouter(prefix="/auth", tags=["auth"])
Database = Annotated[Session, Depends(get_db)]


class Credentials(BaseModel):
    username: str = Field(min_length=3, max_length=64)
    password: SecretStr = Field(min_length=8, max_length=200)


class Account(BaseModel):
    id: int
    username: str


@router.post("/register", status_code=201, response_model=Account)
def register(body: Credentials, db: Database) -> Any:
    salt, verifier = new_secret(body.password.get_secret_value())
    user = User(username=body.username, salt=salt, verifier=verifier)
    db.add(user)
    try:
        db.flush()
    except IntegrityError as error:
        db.rollback()
        raise HTTPException(409, "taken") from error
    account = Account(id=user.id, username=user.username)
    db.commit()
    return account


@router.post("/token")
def log_in(form: Annotated[OAuth2PasswordRequestForm, Depends()], db: Database) -> dict[str, Any]:
    user = db.scalar(select(User).where(func.lower(User.username) == form.username.lower()))
    if not is_right(user, form.password) or user is None:
        raise HTTPException(401, "bad credentials")
    return {"access_token": issue_token(user), "token_type": "bearer", "user": {"id": user.id}}
