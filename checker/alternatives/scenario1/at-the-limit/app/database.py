"""The connection to PostgreSQL, and the session of each request."""

from collections.abc import Iterator
from contextvars import ContextVar

from sqlalchemy import create_engine
from sqlalchemy.orm import DeclarativeBase, Session, sessionmaker

from app.config import get_settings

engine = create_engine(get_settings().database_url, pool_pre_ping=True)
SessionLocal = sessionmaker(bind=engine)

request_id: ContextVar[str] = ContextVar("request_id")


class Base(DeclarativeBase):
    """What all models inherit from; `Base.metadata` is the schema that Alembic compares with."""


def get_db() -> Iterator[Session]:
    """Give a request its session, the same one wherever it is asked for, and take it back when the request is over."""
    with SessionLocal() as db:
        yield db
