"""The connection to PostgreSQL."""

from collections.abc import Iterator

from sqlalchemy.orm import sessionmaker
from sqlmodel import Session, SQLModel, create_engine

from app.config import get_settings

engine = create_engine(get_settings().database_url, pool_pre_ping=True)
SessionLocal = sessionmaker(bind=engine, class_=Session)
Base = SQLModel


def get_db() -> Iterator[Session]:
    with SessionLocal() as db:
        yield db
