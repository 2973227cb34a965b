"""The history of a task: what is written into it, and how it is read."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.models import Task, TaskEvent


def write_event(db: Session, task: Task, kind: str, detail: str | None = None) -> None:
    """Write down what happened to a task; it is stored with whatever else the transaction changes."""
    db.flush()  # a task that is new gets its id
    db.add(TaskEvent(task_id=task.id, kind=kind, detail=detail))


def history(db: Session, task: Task) -> Sequence[TaskEvent]:
    """Return what happened to a task, the first of it first."""
    query = select(TaskEvent).where(TaskEvent.task_id == task.id).order_by(TaskEvent.created_at, TaskEvent.id)
    return db.scalars(query).all()
