from typing import Annotated

from fastapi import Depends, HTTPException
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer
from sqlalchemy.orm import Session

from app.core.security import InvalidToken, user_id_of
from app.database import get_db
from app.models import User
from app.repositories.tasks import TaskRepository
from app.repositories.users import UserRepository

Db = Annotated[Session, Depends(get_db)]
bearer = HTTPBearer(scheme_name="JWT", auto_error=False)


def authenticated(db: Db, sent: Annotated[HTTPAuthorizationCredentials | None, Depends(bearer)]) -> User:
    try:
        user = UserRepository(db).by_id(user_id_of(sent.credentials)) if sent else None
    except InvalidToken:
        user = None
    if user is None:
        raise HTTPException(401, "Could not validate credentials", {"WWW-Authenticate": "Bearer"})
    return user


def own_tasks(db: Db, user: Annotated[User, Depends(authenticated)]) -> TaskRepository:
    return TaskRepository(db, user.id)


OwnTasks = Annotated[TaskRepository, Depends(own_tasks)]
