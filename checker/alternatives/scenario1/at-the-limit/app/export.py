"""All tasks in one answer, a line each, for the warehouse's nightly import."""

from collections.abc import Iterator

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.models import Task
from app.rendering import serialise

BATCH = 200


def task_lines(db: Session) -> Iterator[bytes]:
    """Yield the tasks by id, as JSON; no more than a batch of them is in memory.

    The session is its caller's to close: a client that hangs up leaves a generator where it stands, and nothing that
    it was to do at its end is done before the garbage collector comes by.
    """
    for task in db.scalars(select(Task).order_by(Task.id).execution_options(yield_per=BATCH)):
        yield serialise(task) + b"\n"
