from app.main import Base, SessionLocal, engine, get_db  # noqa
