"""The connection to PostgreSQL."""

from collections.abc import Iterator

from sqlalchemy import create_engine, func, select
from sqlalchemy.orm import DeclarativeBase, Session, sessionmaker

from app.config import get_settings

# A request keeps its connection while it waits for the queue, so there are enough of them.
engine = create_engine(get_settings().database_url, pool_pre_ping=True, pool_size=20, max_overflow=10)
SessionLocal = sessionmaker(bind=engine)


class Base(DeclarativeBase):
    """What all models inherit from; `Base.metadata` is the schema that Alembic compares with."""


def get_db() -> Iterator[Session]:
    """Give a request its own session and close it when the request is over."""
    db = SessionLocal()
    try:
        yield db
    finally:
        db.close()


def lock_task(db: Session, task_id: int) -> None:
    """Hold the task until the transaction ends: the worker waits here for a row that is not committed yet."""
    db.execute(select(func.pg_advisory_xact_lock(task_id)))
