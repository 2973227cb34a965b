"""The HTTP API, in plain SQL."""

from functools import cache

from fastapi import FastAPI, HTTPException, Query
from sqlalchemy import text

from app.database import engine
from app.schemas import TaskCreate, TaskResponse, TaskStatus, TaskUpdate
from app.sqs_client import SQSClient

app = FastAPI(title="Task service")

COLUMNS = "id, title, description, status, created_at, updated_at"


@cache
def queue():
    return SQSClient()


def run(sql, **values):
    """Run one statement in a transaction of its own and return its rows as dicts."""
    with engine.begin() as connection:
        result = connection.execute(text(sql), values)
        return [dict(row) for row in result.mappings()] if result.returns_rows else []


def one(rows):
    if not rows:
        raise HTTPException(404, "no such task")
    return rows[0]


@app.get("/health")
def health():
    return {"status": "ok"}


@app.post("/tasks", status_code=201, response_model=TaskResponse)
def create_task(body: TaskCreate):
    [task] = run(
        f"INSERT INTO tasks (title, description) VALUES (:title, :description) RETURNING {COLUMNS}",
        title=body.title,
        description=body.description,
    )
    try:
        queue().send_message({"task_id": task["id"]})
    except Exception as error:
        print(f"task {task['id']} is taken back, its message could not be sent: {error!r}", flush=True)
        run("DELETE FROM tasks WHERE id = :id", id=task["id"])
        raise HTTPException(503, "cannot reach the queue") from None
    return task


@app.get("/tasks", response_model=list[TaskResponse])
def list_tasks(status: TaskStatus | None = None, skip: int = Query(0, ge=0), limit: int = Query(100, ge=1)):
    return run(
        f"SELECT {COLUMNS} FROM tasks WHERE :status ::text IS NULL OR status = :status ORDER BY id LIMIT :limit OFFSET :skip",
        status=status,
        skip=skip,
        limit=limit,
    )


@app.get("/tasks/{task_id}", response_model=TaskResponse)
def get_task(task_id: int):
    return one(run(f"SELECT {COLUMNS} FROM tasks WHERE id = :id", id=task_id))


@app.put("/tasks/{task_id}", response_model=TaskResponse)
def update_task(task_id: int, body: TaskUpdate):
    changes = body.model_dump(exclude_unset=True)
    sets = ", ".join([f"{name} = :{name}" for name in changes] + ["updated_at = now()"])
    return one(run(f"UPDATE tasks SET {sets} WHERE id = :id RETURNING {COLUMNS}", id=task_id, **changes))


@app.delete("/tasks/{task_id}", status_code=204)
def delete_task(task_id: int):
    one(run("DELETE FROM tasks WHERE id = :id RETURNING id", id=task_id))
