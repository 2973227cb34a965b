"""The HTTP API."""

import logging
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from functools import lru_cache
from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Depends, FastAPI, HTTPException, Query
from sqlalchemy import select
from sqlalchemy.orm import Session

from app import auth
from app.config import get_settings
from app.dependencies import CurrentUser, Database, get_current_user
from app.models import Task, User
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
# The router asks for the user, so that an endpoint which forgets to is still closed.
tasks = APIRouter(prefix="/tasks", tags=["tasks"], dependencies=[Depends(get_current_user)])

Queue = Annotated[SQSClient, Depends(get_sqs)]


@app.get("/health")
def health() -> dict[str, str]:
    """Tell that the process is up; asks neither database nor queue."""
    return {"status": "ok"}


@tasks.post("", status_code=HTTPStatus.CREATED, response_model=TaskResponse)
def create_task(body: TaskCreate, user: CurrentUser, db: Database, sqs: Queue) -> Task:
    """Store a task, then tell the worker about it."""
    task = Task(**body.model_dump(), owner_id=user.id)
    db.add(task)
    db.commit()
    db.refresh(task)
    sqs.send_message({"task_id": task.id})
    return task


@tasks.get("", response_model=list[TaskResponse])
def list_tasks(
    user: CurrentUser,
    db: Database,
    status: TaskStatus | None = None,
    skip: Annotated[int, Query(ge=0)] = 0,
    limit: Annotated[int, Query(ge=1)] = 100,
) -> Sequence[Task]:
    """List the user's own tasks by id, all of them or those of one status."""
    query = select(Task).where(Task.owner_id == user.id).order_by(Task.id).offset(skip).limit(limit)
    if status is not None:
        query = query.where(Task.status == status)
    return db.scalars(query).all()


@tasks.get("/{task_id}", response_model=TaskResponse)
def get_task(task_id: int, user: CurrentUser, db: Database) -> Task:
    """Return one task."""
    return find_task(db, user, task_id)


@tasks.put("/{task_id}", response_model=TaskResponse)
def update_task(task_id: int, body: TaskUpdate, user: CurrentUser, db: Database) -> Task:
    """Change the fields that were sent and no others."""
    task = find_task(db, user, task_id)
    for field, value in body.model_dump(exclude_unset=True).items():
        setattr(task, field, value)
    db.commit()
    db.refresh(task)
    return task


@tasks.delete("/{task_id}", status_code=HTTPStatus.NO_CONTENT)
def delete_task(task_id: int, user: CurrentUser, db: Database) -> None:
    """Delete a task; its message, if it is still on the queue, is dropped by the worker."""
    db.delete(find_task(db, user, task_id))
    db.commit()


def find_task(db: Session, user: User, task_id: int) -> Task:
    """Return the user's task with this id or answer 404: that another's is there is nobody's business."""
    task = db.scalar(select(Task).where(Task.id == task_id, Task.owner_id == user.id))
    if task is None:
        raise HTTPException(HTTPStatus.NOT_FOUND, f"task {task_id} does not exist")
    return task


app.include_router(auth.router)
app.include_router(tasks)
