from sqlalchemy import create_engine
from sqlalchemy.orm import DeclarativeBase, sessionmaker

from app.config import get_settings

engine = create_engine(get_settings().database_url, pool_pre_ping=True, pool_size=8, max_overflow=4)
SessionLocal = sessionmaker(bind=engine)


class Base(DeclarativeBase):
    pass


def get_db():
    db = SessionLocal(expire_on_commit=False)
    try:
        yield db
    except BaseException:
        db.rollback()
        raise
    finally:
        db.close()
