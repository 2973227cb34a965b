"""What the worker does with a task; the table `inbox` tells what has had its effect."""

from app.database import SessionLocal
from app.models import Effect, Task, TaskEvent
from app.work import do_work
from sqlalchemy import update
from sqlalchemy.dialects.postgresql import insert


def process_task(task_id: int) -> None:
    """Do a task's work and complete it, unless that has been done."""
    with SessionLocal.begin() as db:
        task = db.get(Task, task_id)
        if task is None or db.get(Effect, task_id) is not None:
            return
        task.status = "processing"
        description = task.description
    do_work(description)
    with SessionLocal.begin() as db:
        noted = insert(Effect).values(task_id=task_id).on_conflict_do_nothing().returning(Effect.task_id)
        if db.scalar(noted) is not None:
            db.execute(update(Task).where(Task.id == task_id).values(status="completed"))
            if db.get(Task, task_id) is not None:
                db.add(TaskEvent(task_id=task_id, kind="completed"))


def give_up(task_id: int) -> None:
    """Mark a task as failed that has not had its effect."""
    with SessionLocal.begin() as db:
        if db.get(Effect, task_id) is None:
            db.execute(update(Task).where(Task.id == task_id).values(status="failed"))
