"""The connection to PostgreSQL."""

from collections.abc import Iterator

from sqlalchemy import create_engine
from sqlalchemy.ext.asyncio import async_sessionmaker, create_async_engine
from sqlalchemy.orm import DeclarativeBase, Session, sessionmaker

from app.config import get_settings

engine = create_engine(get_settings().database_url, pool_pre_ping=True)
SessionLocal = sessionmaker(bind=engine)

async_engine = create_async_engine(get_settings().database_url)
AsyncSessionLocal = async_sessionmaker(async_engine)


class Base(DeclarativeBase):
    """What all models inherit from; `Base.metadata` is the schema that Alembic compares with."""


def get_db() -> Iterator[Session]:
    """Give a request its own session and close it when the request is over."""
    db = SessionLocal()
    try:
        yield db
    finally:
        db.close()
