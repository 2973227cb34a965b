"""The connection to PostgreSQL."""

from collections.abc import Iterator

from sqlalchemy import ForeignKey, create_engine, event
from sqlalchemy.orm import (
    DeclarativeBase,
    Mapped,
    ORMExecuteState,
    Session,
    mapped_column,
    sessionmaker,
    with_loader_criteria,
)

from app.config import get_settings

engine = create_engine(get_settings().database_url, pool_pre_ping=True)
SessionLocal = sessionmaker(bind=engine)


class Base(DeclarativeBase):
    """What all models inherit from; `Base.metadata` is the schema that Alembic compares with."""


class Owned:
    """Mixed into models whose rows belong to a user."""

    owner_id: Mapped[int | None] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"), index=True)


def get_db() -> Iterator[Session]:
    """Give a request its own session and close it when the request is over."""
    db = SessionLocal()
    try:
        yield db
    finally:
        db.close()


@event.listens_for(SessionLocal, "do_orm_execute")
def show_own_rows_only(state: ORMExecuteState) -> None:
    """Narrow every SELECT on owned tables to the user of the session, where it has one."""
    user_id = state.session.info.get("user_id")
    if user_id is not None and state.is_select and not state.is_column_load and not state.is_relationship_load:
        state.statement = state.statement.options(
            with_loader_criteria(Owned, lambda cls: cls.owner_id == user_id, include_aliases=True)
        )


@event.listens_for(SessionLocal, "before_flush")
def stamp_owner(session: Session, _context: object, _instances: object) -> None:
    """Give new rows to the user of the session."""
    for row in session.new:
        if isinstance(row, Owned):
            row.owner_id = session.info.get("user_id")
