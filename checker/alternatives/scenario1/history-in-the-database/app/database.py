from contextlib import contextmanager

from sqlalchemy import create_engine
from sqlalchemy.orm import DeclarativeBase, Session, sessionmaker

from app.config import get_settings

engine = create_engine(get_settings().database_url, pool_size=12, max_overflow=6)
SessionLocal = sessionmaker(bind=engine)


class Base(DeclarativeBase):
    """What all models inherit from."""


def get_db():
    """Give a request a session of its own."""
    db: Session = SessionLocal()
    try:
        yield db
        db.rollback()
    finally:
        db.close()


session = contextmanager(get_db)
