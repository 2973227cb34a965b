"""What the worker does with a task."""

import logging

from sqlalchemy import select

from app.database import SessionLocal
from app.models import Task, TaskEvent
from app.work import do_work

logger = logging.getLogger(__name__)


def process_task(task_id: int) -> None:
    """Take a task from pending over processing to completed; one that is completed already is left as it is."""
    with SessionLocal() as db:
        task = db.get(Task, task_id)
        if task is None:
            logger.info("task %s is gone, its message is dropped", task_id)
            return
        if task.status == "completed":
            return
        description = task.description
        task.status = "processing"
        db.commit()
    do_work(description)
    complete(task_id)


def complete(task_id: int) -> None:
    """Note that a task is completed, once: status and event are written together or not at all."""
    with SessionLocal.begin() as db:
        task = db.scalar(select(Task).where(Task.id == task_id).with_for_update())
        if task is not None and task.status != "completed":
            task.status = "completed"
            db.add(TaskEvent(task_id=task_id, kind="completed"))


def give_up(task_id: int) -> None:
    """Mark a task as failed: its message goes to the dead-letter queue."""
    with SessionLocal.begin() as db:
        task = db.scalar(select(Task).where(Task.id == task_id).with_for_update())
        if task is not None and task.status != "completed":
            task.status = "failed"
