"""What the worker does with a task."""

import logging

from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from app.database import SessionLocal
from app.models import Task, TaskEvent
from app.work import do_work

logger = logging.getLogger(__name__)


def process_task(task_id: int) -> None:
    """Take a task from pending over processing to completed, and note that it is completed."""
    with SessionLocal() as db:
        task = db.get(Task, task_id)
        if task is None:
            logger.info("task %s is gone, its message is dropped", task_id)
            return
        task.status = "processing"
        save(db)
        do_work(task.description)
        task.status = "completed"
        db.add(TaskEvent(task_id=task_id, kind="completed"))
        save(db)
        logger.info("task %s is done", task_id)


def save(db: Session) -> None:
    """Commit what a session holds; a database that is away for a moment does not end the worker."""
    try:
        db.commit()
    except SQLAlchemyError as error:
        db.rollback()
        logger.warning("not saved, the database is not available: %s", error)
