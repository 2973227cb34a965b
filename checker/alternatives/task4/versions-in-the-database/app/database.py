"""The connection to PostgreSQL."""

from collections.abc import Iterator

from sqlalchemy import create_engine
from sqlalchemy.orm import DeclarativeBase, Session, sessionmaker

from app.config import get_settings

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
