"""The tables."""

from datetime import datetime

from app.database import Base
from sqlalchemy import DateTime, ForeignKey, String, Text, func, true
from sqlalchemy.orm import Mapped, mapped_column


class Task(Base):
    """A piece of work for the worker."""

    __tablename__ = "tasks"

    id: Mapped[int] = mapped_column(primary_key=True, index=True)
    title: Mapped[str] = mapped_column(String(200))
    description: Mapped[str | None] = mapped_column(Text)
    status: Mapped[str] = mapped_column(String(20), server_default="pending")
    announced: Mapped[bool] = mapped_column(server_default=true())
    created_at: Mapped[datetime] = mapped_column(DateTime(timezone=True), server_default=func.now())
    updated_at: Mapped[datetime] = mapped_column(
        DateTime(timezone=True), server_default=func.now(), onupdate=func.now()
    )


class TaskEvent(Base):
    """Something that became of a task; what is billed is counted here."""

    __tablename__ = "task_events"

    id: Mapped[int] = mapped_column(primary_key=True)
    task_id: Mapped[int] = mapped_column(ForeignKey("tasks.id", ondelete="CASCADE"), index=True)
    kind: Mapped[str] = mapped_column(String(40))
    created_at: Mapped[datetime] = mapped_column(DateTime(timezone=True), server_default=func.now())


class Effect(Base):
    """A task that has had its effect."""

    __tablename__ = "inbox"

    task_id: Mapped[int] = mapped_column(primary_key=True)
