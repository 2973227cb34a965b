"""The board on the wall: how many tasks stand where."""

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.models import Task
from app.schemas import Board, TaskStatus


def read_board(db: Session) -> Board:
    """Count the tasks by status; a status that no task has is on the board as well."""
    columns = [func.count().filter(Task.status == status).label(status) for status in TaskStatus]
    counts = db.execute(select(func.count().label("total"), *columns)).mappings().one()
    return Board(total=counts["total"], statuses={status: counts[status] for status in TaskStatus})
