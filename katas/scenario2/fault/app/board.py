"""The board on the wall: how many tasks stand where."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.models import Task
from app.schemas import Board, TaskStatus


def read_board(db: Session) -> Board:
    """Count the tasks by status; a status that no task has is on the board as well."""
    tasks = db.scalars(select(Task)).all()
    statuses = dict.fromkeys(TaskStatus, 0)
    for task in tasks:
        statuses[TaskStatus(task.status)] += 1
    return Board(total=len(tasks), statuses=statuses)
