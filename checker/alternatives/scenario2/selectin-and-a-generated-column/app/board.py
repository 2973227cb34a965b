"""The board on the wall: how many tasks stand where."""

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.models import Task
from app.schemas import Board, TaskStatus


def read_board(db: Session) -> Board:
    """Count the tasks by status; a status that no task has is on the board as well."""
    statuses = {status: count_of(db, status) for status in TaskStatus}
    return Board(total=sum(statuses.values()), statuses=statuses)


def count_of(db: Session, status: TaskStatus) -> int:
    """Count the tasks of one status, which its index is read for."""
    return db.scalars(select(func.count()).select_from(Task).where(Task.status == status)).one()
