from app.main import Task  # noqa
