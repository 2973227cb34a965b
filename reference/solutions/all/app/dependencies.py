"""What endpoints ask for by type: a database session, the queue, the cache, and the user who sends the request."""

from functools import lru_cache
from http import HTTPStatus
from typing import Annotated

from fastapi import Depends, HTTPException
from fastapi.security import OAuth2PasswordBearer
from sqlalchemy.orm import Session

from app.cache import TaskCache, get_cache
from app.database import get_db
from app.models import User
from app.security import InvalidTokenError, read_token
from app.sqs_client import SQSClient

CHALLENGE = {"WWW-Authenticate": "Bearer"}

bearer = OAuth2PasswordBearer(tokenUrl="/auth/token")


@lru_cache
def get_sqs() -> SQSClient:
    """Return the queue client that all requests share."""
    return SQSClient()


Database = Annotated[Session, Depends(get_db)]
Queue = Annotated[SQSClient, Depends(get_sqs)]
Cache = Annotated[TaskCache, Depends(get_cache)]


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
