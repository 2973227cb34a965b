"""All tables, for Alembic."""

from app.accounts.models import User
from app.todo.models import Task

__all__ = ["Task", "User"]
