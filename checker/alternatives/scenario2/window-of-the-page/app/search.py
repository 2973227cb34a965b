"""The search box: tasks by how their title begins."""

from collections.abc import Sequence

from sqlalchemy import collate, func, select
from sqlalchemy.orm import Session

from app.models import Task

LAST_CHARACTER = "\U0010ffff"


def find_by_title(db: Session, beginning: str, limit: int) -> Sequence[Task]:
    """Return tasks whose title begins so, by id; upper and lower case are the same, and no character is a wildcard."""
    folded = collate(func.lower(Task.title), "C")
    first = beginning.lower()
    after = first + LAST_CHARACTER  # whatever begins so sorts before it
    query = select(Task).where(folded >= first, folded < after).order_by(Task.id).limit(limit)
    return db.scalars(query).all()
