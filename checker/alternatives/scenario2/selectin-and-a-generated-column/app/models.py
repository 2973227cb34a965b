"""The tables."""

from datetime import datetime

from sqlalchemy import Computed, DateTime, ForeignKey, String, Text, func
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.database import Base


class Task(Base):
    """A piece of work for the worker."""

    __tablename__ = "tasks"

    id: Mapped[int] = mapped_column(primary_key=True, index=True)
    title: Mapped[str] = mapped_column(String(200), index=True)
    description: Mapped[str | None] = mapped_column(Text)
    title_folded: Mapped[str | None] = mapped_column(
        Text(collation="C"), Computed('lower(title COLLATE "C")', persisted=True), index=True, deferred=True
    )
    status: Mapped[str] = mapped_column(String(20), server_default="pending", index=True)
    created_at: Mapped[datetime] = mapped_column(DateTime(timezone=True), server_default=func.now())
    updated_at: Mapped[datetime] = mapped_column(
        DateTime(timezone=True), server_default=func.now(), onupdate=func.now()
    )

    events: Mapped[list["TaskEvent"]] = relationship(
        order_by="[TaskEvent.created_at, TaskEvent.id]", cascade="all, delete-orphan", passive_deletes=True
    )

    @property
    def last_event(self) -> "TaskEvent | None":
        """What happened to the task last, if anything did."""
        return self.events[-1] if self.events else None


class TaskEvent(Base):
    """Something that happened to a task."""

    __tablename__ = "task_events"

    id: Mapped[int] = mapped_column(primary_key=True)
    task_id: Mapped[int] = mapped_column(ForeignKey("tasks.id", ondelete="CASCADE"), index=True)
    kind: Mapped[str] = mapped_column(String(40))
    detail: Mapped[str | None] = mapped_column(Text)
    created_at: Mapped[datetime] = mapped_column(DateTime(timezone=True), server_default=func.now())
