"""The HTTP API."""

import logging
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from functools import lru_cache
from http import HTTPStatus
from typing import Annotated

from fastapi import Depends, FastAPI, HTTPException, Query
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from app.config import get_settings
from app.database import get_db
from app.models import Task
from app.schemas import TaskCreate, TaskResponse, TaskStatus, TaskUpdate
from app.sqs_client import QueueError, SQSClient

logger = logging.getLogger(__name__)


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
def create_task(body: TaskCreate, db: Database, sqs: Queue) -> TaskResponse:
    """Store a task, then tell the worker about it; a task that no worker will hear of is marked as failed."""
    task = Task(**body.model_dump())
    db.add(task)
    db.commit()
    created = TaskResponse.model_validate(task)
    db.rollback()  # gives the connection back while the queue is asked
    try:
        sqs.send_message({"task_id": created.id})
    except QueueError as error:
        logger.error("task %s could not be announced: %s", created.id, error)
        db.execute(update(Task).where(Task.id == created.id, Task.status == "pending").values(status="failed"))
        db.commit()
        raise HTTPException(HTTPStatus.SERVICE_UNAVAILABLE, "the queue is not available") from error
    return created


@app.get("/tasks", response_model=list[TaskResponse])
def list_tasks(
    db: Database,
    status: TaskStatus | None = None,
    skip: Annotated[int, Query(ge=0)] = 0,
    limit: Annotated[int, Query(ge=1)] = 100,
) -> Sequence[Task]:
    """List tasks by id, all of them or those of one status."""
    query = select(Task).order_by(Task.id).offset(skip).limit(limit)
    if status is not None:
        query = query.where(Task.status == status)
    return db.scalars(query).all()


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
