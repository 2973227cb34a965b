"""What endpoints ask for by type: a database session, and the user who sends the request."""

from http import HTTPStatus
from typing import Annotated

from fastapi import Depends, HTTPException
from fastapi.security import OAuth2PasswordBearer
from sqlalchemy.orm import Session

from app.database import get_db
from app.models import User
from app.security import InvalidTokenError, read_token

CHALLENGE = {"WWW-Authenticate": "Bearer"}

bearer = OAuth2PasswordBearer(tokenUrl="/auth/token")

Database = Annotated[Session, Depends(get_db)]


def get_current_user(token: Annotated[str, Depends(bearer)], db: Database) -> User:
    """Return the user whose token came with the request, or answer 401.

    FastAPI solves dependencies before it judges parameters and bodies, so this comes before 404 and 422.
    """
    try:
        user = db.get(User, read_token(token))
    except InvalidTokenError:
        user = None
    if user is None:
        raise HTTPException(HTTPStatus.UNAUTHORIZED, "not a valid token", CHALLENGE)
    return user


CurrentUser = Annotated[User, Depends(get_current_user)]
