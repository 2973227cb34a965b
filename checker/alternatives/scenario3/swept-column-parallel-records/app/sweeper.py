"""Announces tasks that are committed and not announced yet."""

import logging
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from app.database import SessionLocal
from app.models import Task
from app.sqs_client import SQSClient
from sqlalchemy import select

logger = logging.getLogger(__name__)


def sweep(sqs: SQSClient) -> None:
    """Announce all that are due, one transaction each."""
    try:
        while announce_one(sqs):
            pass
    except Exception:
        logger.exception("tasks are not announced yet")


def announce_one(sqs: SQSClient) -> bool:
    """Announce the oldest task; False where there is none."""
    due = select(Task).where(~Task.announced).order_by(Task.id).limit(1).with_for_update(skip_locked=True)
    with SessionLocal.begin() as db:
        task = db.scalar(due)
        if task is not None:
            sqs.send_message({"task_id": task.id})
            task.announced = True
    return task is not None


@contextmanager
def sweeping(sqs: SQSClient) -> Iterator[None]:
    """Sweep every 1.5 s, in a thread."""
    over = threading.Event()

    def run() -> None:
        while not over.wait(1.5):
            sweep(sqs)

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    yield
    over.set()
    thread.join()
