"""Pages of tasks, newest first, that hold still while tasks come and go.

A page begins beside a task and not at a number: what is added or deleted elsewhere moves nothing, and the database
finds the place in an index, however far down it is.
"""

import base64
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated, Self

from pydantic import AwareDatetime, BaseModel, Field
from sqlalchemy import ColumnElement, Select, func, literal, select, text, tuple_
from sqlalchemy.orm import Session

from app.models import Task
from app.schemas import TaskStatus

MAX_ID = 2**31 - 1


class Direction(StrEnum):
    """Which way a cursor leads: `next` to older tasks, `previous` to newer ones."""

    NEXT = "next"
    PREVIOUS = "previous"


class Cursor(BaseModel):
    """A place in the list: beside a task, which may be gone by now, in one direction."""

    direction: Direction
    created_at: AwareDatetime
    id: Annotated[int, Field(ge=1, le=MAX_ID)]

    @classmethod
    def beside(cls, task: Task, direction: Direction) -> Self:
        """Return the place from which the page in that direction begins."""
        return cls(direction=direction, created_at=task.created_at, id=task.id)

    def encode(self) -> str:
        """Return the cursor as clients see it, a text that they need not understand."""
        return base64.urlsafe_b64encode(self.model_dump_json().encode()).decode()

    @classmethod
    def decode(cls, text: str) -> Self:
        """Read what `encode` returned; a ValueError where it is something else."""
        return cls.model_validate_json(base64.urlsafe_b64decode(text))


@dataclass(frozen=True)
class Page:
    """Some tasks, newest first, the number of all, and where the neighbouring pages begin."""

    tasks: Sequence[Task]
    total: int
    next: Cursor | None
    previous: Cursor | None


def read_page(db: Session, status: TaskStatus | None, cursor: Cursor | None, limit: int) -> Page:
    """Read the page of up to `limit` tasks that begins at `cursor`, or the first one."""
    conditions = [] if status is None else [Task.status == status]
    backwards = cursor is not None and cursor.direction is Direction.PREVIOUS
    # One more than the page holds tells whether there are any behind it.
    found = db.scalars(keyset(conditions, cursor).limit(limit + 1)).all()
    tasks = found[:limit][::-1] if backwards else found[:limit]
    more = len(found) > limit
    return Page(
        tasks,
        total=db.scalars(
            text("SELECT coalesce(sum(total), 0)::bigint FROM totals WHERE status = coalesce(:status, status)"),
            {"status": status},
        ).one(),
        next=Cursor.beside(tasks[-1], Direction.NEXT) if tasks and (more or backwards) else None,
        previous=Cursor.beside(tasks[0], Direction.PREVIOUS) if tasks and (more if backwards else cursor) else None,
    )


def keyset(conditions: Sequence[ColumnElement[bool]], cursor: Cursor | None) -> Select[Task]:
    """Select the tasks that lie in the cursor's direction, the nearest first.

    The comparison is one of rows, so that equal times are told apart by id and one index serves it as a whole.
    """
    place = tuple_(Task.created_at, Task.id)
    query = select(Task).where(*conditions)
    if cursor is None:
        return query.order_by(Task.created_at.desc(), Task.id.desc())
    beside = tuple_(literal(cursor.created_at), literal(cursor.id))
    if cursor.direction is Direction.PREVIOUS:
        return query.where(place > beside).order_by(Task.created_at, Task.id)
    return query.where(place < beside).order_by(Task.created_at.desc(), Task.id.desc())
