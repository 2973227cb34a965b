"""The connections to PostgreSQL: asynchronous ones for the API, synchronous ones for the worker."""

from collections.abc import AsyncIterator

from sqlalchemy import create_engine
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker, create_async_engine
from sqlalchemy.orm import DeclarativeBase, sessionmaker

from app.config import get_settings

engine = create_engine(get_settings().database_url, pool_pre_ping=True)
SessionLocal = sessionmaker(bind=engine)

async_engine = create_async_engine(get_settings().database_url, pool_pre_ping=True)
AsyncSessionLocal = async_sessionmaker(bind=async_engine, expire_on_commit=False)


class Base(DeclarativeBase):
    """What all models inherit from; `Base.metadata` is the schema that Alembic compares with."""


async def get_db() -> AsyncIterator[AsyncSession]:
    """Give a request its own session and close it when the request is over."""
    async with AsyncSessionLocal() as db:
        yield db
