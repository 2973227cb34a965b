"""The search box: tasks by how their title begins."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.models import Task


def find_by_title(db: Session, beginning: str, limit: int) -> Sequence[Task]:
    """Return tasks whose title begins so, by id; upper and lower case are the same, and no character is a wildcard."""
    matches = Task.title_folded.startswith(folded(beginning), autoescape=True)
    return db.scalars(select(Task).where(matches).order_by(Task.id).limit(limit)).all()


def folded(text: str) -> str:
    """Return a text as the database folds it under the collation C: letters beyond ASCII stay as they are."""
    return "".join(letter.lower() if letter.isascii() else letter for letter in text)
