"""The database."""

from collections.abc import Iterator

from sqlalchemy import create_engine
from sqlalchemy.orm import Session, sessionmaker

engine = create_engine("sqlite://")
SessionLocal = sessionmaker(bind=engine)


def get_db() -> Iterator[Session]:
    """Yield a session for one request; it is closed whatever the request did."""
    db = SessionLocal()
    try:
        yield db
    finally:
        db.close()
