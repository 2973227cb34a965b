"""What the worker does with a task, in SQL; the index one_completion decides who completes it."""

from app.database import engine
from app.work import do_work
from sqlalchemy import text

TAKE = text(
    "UPDATE tasks SET status = 'processing', updated_at = now() WHERE id = :id AND status <> 'completed'"
    " RETURNING description"
)
NOTE = text("INSERT INTO task_events (task_id, kind) VALUES (:id, 'completed') ON CONFLICT DO NOTHING")
FINISH = text("UPDATE tasks SET status = :status, updated_at = now() WHERE id = :id AND status <> 'completed'")


def process_task(task_id: int) -> None:
    """Complete a task that is there and not completed."""
    with engine.begin() as connection:
        found = connection.execute(TAKE, {"id": task_id}).one_or_none()
    if found is None:
        return
    do_work(found.description)
    with engine.begin() as connection:
        if connection.execute(FINISH, {"id": task_id, "status": "completed"}).rowcount:
            connection.execute(NOTE, {"id": task_id})


def give_up(task_id: int) -> None:
    """Mark a task as failed."""
    with engine.begin() as connection:
        connection.execute(FINISH, {"id": task_id, "status": "failed"})
