"""The tables."""

from datetime import datetime

from sqlalchemy import Connection, DateTime, FetchedValue, String, Text, event, func, select
from sqlalchemy.orm import Mapped, ORMExecuteState, Session, mapped_column, with_loader_criteria

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
    belongs_to: Mapped[int | None] = mapped_column(server_default=FetchedValue())  # set by the database


@event.listens_for(Session, "do_orm_execute")
def only_the_users_own(state: ORMExecuteState) -> None:
    """Let a session that speaks for a user see that user's tasks alone."""
    user_id = state.session.info.get("user_id")
    if user_id is not None and state.is_select and not state.is_column_load and not state.is_relationship_load:
        state.statement = state.statement.options(with_loader_criteria(Task, Task.belongs_to == user_id))


@event.listens_for(Session, "after_begin")
def speak_for_the_user(session: Session, _transaction: object, connection: Connection) -> None:
    """Tell the database whom the transaction speaks for."""
    user_id = session.info.get("user_id")
    if user_id is not None:
        connection.execute(select(func.set_config("app.user", str(user_id), True)))


class User(Base):
    """Somebody who may log in."""

    __tablename__ = "users"

    id: Mapped[int] = mapped_column(primary_key=True)
    username: Mapped[str] = mapped_column(String(64))
    salt: Mapped[bytes]
    verifier: Mapped[bytes]
