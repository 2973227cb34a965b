"""The tables."""

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, Connection, DateTime, String, Text, event, func
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Mapped, mapped_column

from app.database import Base


class Task(Base):
    """A piece of work for the worker."""

    __tablename__ = "tasks"

    id: Mapped[int] = mapped_column(primary_key=True, index=True)
    title: Mapped[str] = mapped_column(String(200))
    description: Mapped[str | None] = mapped_column(Text)
    status: Mapped[str] = mapped_column(String(20), server_default="pending")
    created_at: Mapped[datetime] = mapped_column(DateTime(timezone=True), server_default=func.now())
    updated_at: Mapped[datetime] = mapped_column(
        DateTime(timezone=True), server_default=func.now(), onupdate=func.now()
    )


class TaskVersion(Base):
    """How often a task was changed; its number is part of the task's key in Redis."""

    __tablename__ = "task_versions"

    task_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    version: Mapped[int] = mapped_column(BigInteger)


@event.listens_for(Task, "after_update")
@event.listens_for(Task, "after_delete")
def count_change(_mapper: Any, connection: Connection, task: Task) -> None:
    """Count a change in the transaction that makes it, whoever it is (API or worker)."""
    row = insert(TaskVersion).values(task_id=task.id, version=1)
    connection.execute(row.on_conflict_do_update(index_elements=["task_id"], set_={"version": TaskVersion.version + 1}))
