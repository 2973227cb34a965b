"""The board on the wall: how many tasks stand where."""

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.schemas import Board, TaskStatus

COUNTS = text("SELECT status, sum(change) FROM board_changes GROUP BY status")


def read_board(db: Session) -> Board:
    """Add up what was written down of the tasks; a status that no task has is on the board as well."""
    counted = {status: int(count) for status, count in db.execute(COUNTS)}
    statuses = {status: counted.get(status, 0) for status in TaskStatus}
    return Board(total=sum(statuses.values()), statuses=statuses)
