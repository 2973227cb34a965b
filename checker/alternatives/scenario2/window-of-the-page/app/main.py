"""The HTTP API."""

import logging
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from functools import lru_cache
from http import HTTPStatus
from typing import Annotated

from fastapi import Depends, FastAPI, HTTPException, Query
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.board import read_board
from app.config import get_settings
from app.database import get_db
from app.events import history, write_event
from app.latest import with_last_events
from app.models import Task, TaskEvent
from app.schemas import Board, EventResponse, ListedTask, TaskCreate, TaskResponse, TaskStatus, TaskUpdate
from app.search import find_by_title
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
    write_event(db, task, "created")
    db.commit()
    db.refresh(task)
    sqs.send_message({"task_id": task.id})
    return task


@app.get("/tasks")
def list_tasks(
    db: Database,
    status: TaskStatus | None = None,
    skip: Annotated[int, Query(ge=0)] = 0,
    limit: Annotated[int, Query(ge=1)] = 100,
) -> list[ListedTask]:
    """List tasks by id, all of them or those of one status, each with its last event."""
    query = select(Task).order_by(Task.id).offset(skip).limit(limit)
    if status is not None:
        query = query.where(Task.status == status)
    return with_last_events(db, db.scalars(query).all())


@app.get("/tasks/{task_id}", response_model=TaskResponse)
def get_task(task_id: int, db: Database) -> Task:
    """Return one task."""
    return find_task(db, task_id)


@app.put("/tasks/{task_id}", response_model=TaskResponse)
def update_task(task_id: int, body: TaskUpdate, db: Database) -> Task:
    """Change the fields that were sent and no others."""
    task = find_task(db, task_id)
    changes = body.model_dump(exclude_unset=True)
    for field, value in changes.items():
        setattr(task, field, value)
    write_event(db, task, "updated", ", ".join(changes))
    db.commit()
    db.refresh(task)
    return task


@app.delete("/tasks/{task_id}", status_code=HTTPStatus.NO_CONTENT)
def delete_task(task_id: int, db: Database) -> None:
    """Delete a task; its message, if it is still on the queue, is dropped by the worker."""
    db.delete(find_task(db, task_id))
    db.commit()


@app.get("/tasks/{task_id}/events", response_model=list[EventResponse])
def list_events(task_id: int, db: Database) -> Sequence[TaskEvent]:
    """Return what happened to a task, the first of it first."""
    return history(db, find_task(db, task_id))


@app.get("/search", response_model=list[TaskResponse])
def search(
    db: Database,
    q: Annotated[str, Query(min_length=1, max_length=200)],
    limit: Annotated[int, Query(ge=1, le=100)] = 20,
) -> Sequence[Task]:
    """Find tasks by how their title begins."""
    return find_by_title(db, q, limit)


@app.get("/board")
def board(db: Database) -> Board:
    """Tell how many tasks stand where."""
    return read_board(db)


def find_task(db: Session, task_id: int) -> Task:
    """Return the task with this id or answer 404."""
    task = db.get(Task, task_id)
    if task is None:
        raise HTTPException(HTTPStatus.NOT_FOUND, f"task {task_id} does not exist")
    return task
