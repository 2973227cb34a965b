"""What the worker does with a task: all of it in one transaction, which holds the task's row."""

from app.database import SessionLocal
from app.models import Task, TaskEvent
from app.work import do_work
from sqlalchemy import select


class BusyError(Exception):
    """Somebody else has the task's row; its message is to come back."""


def process_task(task_id: int) -> None:
    """Complete a task, unless it is completed or gone."""
    with SessionLocal.begin() as db:
        task = db.scalar(select(Task).where(Task.id == task_id).with_for_update(skip_locked=True))
        if task is None:
            if db.get(Task, task_id) is not None:
                raise BusyError(task_id)
            return
        if task.status != "completed":
            do_work(task.description)
            task.status = "completed"
            db.add(TaskEvent(task_id=task_id, kind="completed"))


def fail_task(task_id: int) -> None:
    """Note that a task could not be done; it may be tried again."""
    with SessionLocal.begin() as db:
        task = db.get(Task, task_id, with_for_update=True)
        if task is not None and task.status != "completed":
            task.status = "failed"
