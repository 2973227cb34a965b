"""SQL of tasks."""

from contextvars import ContextVar
from typing import Any

from sqlalchemy import ColumnElement, func, literal, select, tuple_
from sqlalchemy.orm import Session, sessionmaker
from starlette.concurrency import run_in_threadpool
from starlette.types import ASGIApp, Receive, Scope, Send

from app.models import Task
from app.tasks.cursors import Cursor, Key


class UnitOfWork:
    """The session of one request, opened when it is first asked for."""

    current: ContextVar["UnitOfWork"] = ContextVar("unit_of_work")

    def __init__(self, factory: sessionmaker[Session]) -> None:
        self._factory = factory
        self._session: Session | None = None

    @property
    def session(self) -> Session:
        if self._session is None:
            self._session = self._factory()
        return self._session

    def close(self) -> None:
        if self._session is not None:
            self._session.close()


class UnitOfWorkMiddleware:
    """Give each request a unit of work by a context variable (worker threads get a copy of the context)."""

    def __init__(self, app: ASGIApp, factory: sessionmaker[Session]) -> None:
        self.app, self.factory = app, factory

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return await self.app(scope, receive, send)
        work = UnitOfWork(self.factory)
        token = UnitOfWork.current.set(work)
        try:
            await self.app(scope, receive, send)
        finally:
            UnitOfWork.current.reset(token)
            await run_in_threadpool(work.close)


def key_of(task: Task) -> Key:
    return Key(task.created_at, task.id)


class TaskRepository:
    @property
    def _db(self) -> Session:
        return UnitOfWork.current.get().session

    def get(self, task_id: int) -> Task | None:
        return self._db.get(Task, task_id)

    def save(self, task: Task) -> Task:
        self._db.add(task)
        self._db.commit()
        self._db.refresh(task)
        return task

    def delete(self, task: Task) -> None:
        self._db.delete(task)
        self._db.commit()

    def count(self, status: str | None) -> int:
        counted = func.count()
        if status is not None:
            counted = counted.filter(Task.status == status)
        return self._db.execute(select(counted).select_from(Task)).scalar_one()

    def slice(self, status: str | None, cursor: Cursor | None, size: int) -> list[Task]:
        """Up to `size` tasks from the cursor on, nearest first."""
        query = select(Task).limit(size)
        if status is not None:
            query = query.where(Task.status == status)
        if cursor is None:
            query = query.order_by(Task.created_at.desc(), Task.id.desc())
        elif cursor.towards_newer:
            query = query.where(self._row() > self._row(cursor.edge), self._row() <= self._row(cursor.anchor))
            query = query.order_by(Task.created_at, Task.id)
        else:  # the edge is never newer than the anchor, which need not be said then
            query = query.where(self._row() < self._row(cursor.edge))
            query = query.order_by(Task.created_at.desc(), Task.id.desc())
        return list(self._db.scalars(query))

    @staticmethod
    def _row(key: Key | None = None) -> Any:
        columns: tuple[ColumnElement[Any], ...] = (Task.__table__.c.created_at, Task.__table__.c.id)
        if key is None:
            return tuple_(*columns)
        return tuple_(literal(key.at, columns[0].type), literal(key.id, columns[1].type))
