"""The connection to PostgreSQL."""

from collections.abc import Iterator

from sqlalchemy import Connection, create_engine, event, text
from sqlalchemy.orm import DeclarativeBase, Session, SessionTransaction, sessionmaker

from app.config import get_settings

engine = create_engine(get_settings().database_url, pool_pre_ping=True)
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


@event.listens_for(SessionLocal, "after_begin")
def tell_postgres_who_asks(session: Session, _transaction: SessionTransaction, connection: Connection) -> None:
    """Set what the policies of `tasks` look at, for this transaction; a session of nobody's (the worker's) sees all."""
    if (user_id := session.info.get("user_id")) is not None:
        connection.execute(text("SELECT set_config('tasks.user_id', :id, true)"), {"id": str(user_id)})


def act_as(session: Session, user_id: int) -> None:
    """Confine a session to the tasks of one user from its next transaction on."""
    session.rollback()
    session.info["user_id"] = user_id
