"""The HTTP API."""

import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import lru_cache
from http import HTTPStatus
from typing import Annotated, Literal

from fastapi import Depends, FastAPI, HTTPException, Query, Request
from sqlalchemy import text
from sqlalchemy.orm import Session

from app.config import get_settings
from app.database import get_db
from app.links import Links
from app.models import Task
from app.schemas import TaskCreate, TaskResponse, TaskStatus, TaskUpdate
from app.sqs_client import SQSClient


@asynccontextmanager
async def lifespan(_app: FastAPI) -> AsyncIterator[None]:
    """Prepare what requests share, when the server starts and not when the module is imported."""
    logging.basicConfig(level=get_settings().log_level, format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    get_sqs()
    yield


@lru_cache
def get_sqs() -> SQSClient:
    """Return the queue client that all requests share."""
    return SQSClient()


app = FastAPI(title="Task service", lifespan=lifespan)

Database = Annotated[Session, Depends(get_db)]
Queue = Annotated[SQSClient, Depends(get_sqs)]


@app.get("/health")
def health() -> dict[str, str]:
    """Tell that the process is up; asks neither database nor queue."""
    return {"status": "ok"}


@app.post("/tasks", status_code=HTTPStatus.CREATED, response_model=TaskResponse)
def create_task(body: TaskCreate, db: Database, sqs: Queue) -> Task:
    """Store a task, then tell the worker about it."""
    task = Task(**body.model_dump())
    db.add(task)
    db.commit()
    db.refresh(task)
    sqs.send_message({"task_id": task.id})
    return task


@app.get("/tasks")
def list_tasks(
    request: Request,
    db: Database,
    status: TaskStatus | None = None,
    cursor: str | None = None,
    direction: Literal["older", "newer"] = "older",
    limit: Annotated[int, Query(ge=1, le=100)] = 20,
) -> dict:
    """The database does it: page_of_tasks() and total_of_tasks() come with the migration."""
    links = Links(request, status, limit)
    at, task_id = links.position(cursor)
    values = {"status": status and status.value, "at": at, "id": task_id, "direction": direction, "limit": limit}
    rows = db.execute(text("SELECT * FROM page_of_tasks(:status, :at, :id, :direction, :limit)"), values).mappings().all()
    total = db.execute(text("SELECT total_of_tasks(:status)"), values).scalar_one()
    return {
        "items": [TaskResponse.model_validate(row) for row in rows],
        "total": total,
        "next": links.to("older", rows[-1]) if rows and rows[0]["older"] else None,
        "previous": links.to("newer", rows[0]) if rows and rows[0]["newer"] else None,
    }


@app.get("/tasks/{task_id}", response_model=TaskResponse)
def get_task(task_id: int, db: Database) -> Task:
    """Return one task."""
    return find_task(db, task_id)


@app.put("/tasks/{task_id}", response_model=TaskResponse)
def update_task(task_id: int, body: TaskUpdate, db: Database) -> Task:
    """Change the fields that were sent and no others."""
    task = find_task(db, task_id)
    for field, value in body.model_dump(exclude_unset=True).items():
        setattr(task, field, value)
    db.commit()
    db.refresh(task)
    return task


@app.delete("/tasks/{task_id}", status_code=HTTPStatus.NO_CONTENT)
def delete_task(task_id: int, db: Database) -> None:
    """Delete a task; its message, if it is still on the queue, is dropped by the worker."""
    db.delete(find_task(db, task_id))
    db.commit()


def find_task(db: Session, task_id: int) -> Task:
    """Return the task with this id or answer 404."""
    task = db.get(Task, task_id)
    if task is None:
        raise HTTPException(HTTPStatus.NOT_FOUND, f"task {task_id} does not exist")
    return task
