"""All tasks in one answer, a line each, for the warehouse's nightly import."""

from collections.abc import Iterator

from sqlalchemy import select

from app.database import RequestSession
from app.models import Task
from app.rendering import serialise

BATCH = 200


def task_lines() -> Iterator[bytes]:
    """Yield the tasks by id, as JSON; no more than a batch of them is in memory."""
    db = RequestSession()
    for task in db.scalars(select(Task).order_by(Task.id).execution_options(yield_per=BATCH)):
        yield serialise(task) + b"\n"
    RequestSession.remove()
