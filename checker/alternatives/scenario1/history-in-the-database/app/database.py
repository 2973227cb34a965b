from contextlib import contextmanager

from sqlalchemy import create_engine
from sqlalchemy.orm import DeclarativeBase, Session, sessionmaker

from app.config import get_settings

engine = create_engine(get_settings().database_url, pool_size=10, max_overflow=4)
# Visits are noted while a request still has its session: whoever waited for a second connection from the same pool
# would wait for others who wait as well.
visits_engine = create_engine(get_settings().database_url, pool_size=3, max_overflow=0)
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
