"""The search box: tasks by how their title begins."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.models import Task


def find_by_title(db: Session, beginning: str, limit: int) -> Sequence[Task]:
    """Return tasks whose title begins so, by id; upper and lower case are the same, and no character is a wildcard."""
    literal = beginning.replace("\\", r"\\").replace("%", r"\%").replace("_", r"\_")
    matches = Task.title.ilike(f"{literal}%")
    return db.scalars(select(Task).where(matches).order_by(Task.id).limit(limit)).all()
