"""The board on the wall: how many tasks stand where."""

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.models import Task
from app.schemas import Board, TaskStatus


def read_board(db: Session) -> Board:
    """Count the tasks by status; a status that no task has is on the board as well."""
    statuses = dict.fromkeys(TaskStatus, 0)
    for status, count in db.execute(select(Task.status, func.count()).group_by(Task.status)):
        statuses[TaskStatus(status)] = count
    return Board(total=sum(statuses.values()), statuses=statuses)
