"""Users: registration, login, and who sends a request."""

from datetime import UTC, datetime, timedelta
from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Depends, HTTPException
from fastapi.security import OAuth2PasswordBearer, OAuth2PasswordRequestForm
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import OctKey
from passlib.hash import pbkdf2_sha512
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app.config import get_settings
from app.database import get_db
from app.models import User
from app.schemas import Credentials, Token, UserResponse

router = APIRouter(prefix="/auth")
oauth2 = OAuth2PasswordBearer(tokenUrl="/auth/token", auto_error=False)
DUMMY = pbkdf2_sha512.hash("nobody has this password")


@router.post("/register", status_code=HTTPStatus.CREATED, response_model=UserResponse)
def register(body: Credentials, db: Annotated[Session, Depends(get_db)]) -> User:
    user = User(username=body.username, password_hash=pbkdf2_sha512.hash(body.password))
    db.add(user)
    try:
        db.commit()
    except IntegrityError:
        raise HTTPException(HTTPStatus.CONFLICT, "username is taken") from None
    return user


@router.post("/token")
def login(form: Annotated[OAuth2PasswordRequestForm, Depends()], db: Annotated[Session, Depends(get_db)]) -> Token:
    user = db.scalar(select(User).where(User.username == form.username))
    if not pbkdf2_sha512.verify(form.password, user.password_hash if user else DUMMY) or user is None:
        raise unauthorized("incorrect username or password")
    return Token(access_token=make_token(user))


def key() -> OctKey:
    return OctKey.import_key(get_settings().jwt_secret)


def make_token(user: User) -> str:
    expires = datetime.now(UTC) + timedelta(minutes=get_settings().jwt_expire_minutes)
    return jwt.encode({"alg": "HS256"}, {"sub": f"user:{user.id}", "exp": expires}, key())


def read_token(token: str) -> int:
    claims = jwt.decode(token, key(), algorithms=["HS256"]).claims
    jwt.JWTClaimsRegistry(sub={"essential": True}, exp={"essential": True}).validate(claims)
    return int(claims["sub"].removeprefix("user:"))


def current_user(token: Annotated[str | None, Depends(oauth2)], db: Annotated[Session, Depends(get_db)]) -> User:
    try:
        user = db.get(User, read_token(token or ""))
    except (JoseError, ValueError):
        raise unauthorized("not authenticated") from None
    if user is None:
        raise unauthorized("not authenticated")
    db.info["user_id"] = user.id
    return user


def unauthorized(detail: str) -> HTTPException:
    return HTTPException(HTTPStatus.UNAUTHORIZED, detail, headers={"WWW-Authenticate": "Bearer"})


CurrentUser = Annotated[User, Depends(current_user)]
