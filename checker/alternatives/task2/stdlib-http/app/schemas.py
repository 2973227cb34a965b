from app.main import TaskCreate, TaskResponse, TaskStatus, TaskUpdate  # noqa
