"""Tasks in PostgreSQL. Each method is a transaction of its own and gives its connection back at once."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import delete, insert, select, update

from app.database import SessionLocal
from app.models import Task


class TaskRepository:
    def __init__(self, sessions=SessionLocal) -> None:
        self._sessions = sessions

    def add(self, values: dict[str, Any]) -> Task:
        with self._sessions(expire_on_commit=False) as session, session.begin():
            return session.scalars(insert(Task).values(**values).returning(Task)).one()

    def get(self, task_id: int) -> Task | None:
        with self._sessions() as session:
            return session.get(Task, task_id)

    def list(self, status: str | None, skip: int, limit: int) -> Sequence[Task]:
        query = select(Task).order_by(Task.id).offset(skip).limit(limit)
        if status is not None:
            query = query.where(Task.status == status)
        with self._sessions() as session:
            return session.scalars(query).all()

    def change(self, task_id: int, values: dict[str, Any]) -> Task | None:
        if not values:
            return self.get(task_id)
        query = update(Task).where(Task.id == task_id).values(**values).returning(Task)
        with self._sessions(expire_on_commit=False) as session, session.begin():
            return session.scalars(query).one_or_none()

    def remove(self, task_id: int) -> bool:
        with self._sessions() as session, session.begin():
            return session.execute(delete(Task).where(Task.id == task_id)).rowcount == 1
