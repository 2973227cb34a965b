from typing import Annotated

from fastapi import APIRouter, Depends, Form, HTTPException
from pydantic import BaseModel, Field, SecretStr

from app.api.deps import Db
from app.services.users import BadCredentials, NameTaken, UserService

router = APIRouter(prefix="/auth")


class Registration(BaseModel):
    username: str = Field(min_length=3, max_length=32)
    password: SecretStr = Field(min_length=12, max_length=64)


class Login(BaseModel):
    grant_type: str = "password"
    username: str
    password: SecretStr


@router.post("/register", status_code=201)
def register(body: Registration, db: Db) -> dict:
    try:
        user = UserService(db).register(body.username, body.password.get_secret_value())
    except NameTaken:
        raise HTTPException(409, "Username already registered") from None
    return {"id": user.id, "username": user.username}


@router.post("/token")
def token(form: Annotated[Login, Form()], db: Db) -> dict:
    try:
        access_token = UserService(db).log_in(form.username, form.password.get_secret_value())
    except BadCredentials:
        raise HTTPException(401, "Incorrect username or password", {"WWW-Authenticate": "Bearer"}) from None
    return {"access_token": access_token, "token_type": "bearer"}
