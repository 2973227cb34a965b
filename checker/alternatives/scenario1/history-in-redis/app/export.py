"""All tasks, a line each. Between two batches no session is open, so a client may take as long as it likes."""

from sqlalchemy import select

from app.database import SessionLocal
from app.models import Task
from app.schemas import TaskResponse


def task_lines(batch=100):
    last = 0
    while lines := batch_after(last, batch):
        last = lines[-1][0]
        yield b"".join(line for _, line in lines)


def batch_after(last, count):
    with SessionLocal() as db:
        tasks = db.scalars(select(Task).where(Task.id > last).order_by(Task.id).limit(count))
        return [(task.id, TaskResponse.model_validate(task).model_dump_json().encode() + b"\n") for task in tasks]
