"""The HTTP API."""

import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import lru_cache
from http import HTTPStatus
from typing import Annotated

from fastapi import Depends, FastAPI, HTTPException, Query, Request
from sqlalchemy.orm import Session

from app.config import get_settings
from app.database import get_db
from app.models import Task
from app.pagination import Cursor, read_page
from app.schemas import TaskCreate, TaskPage, TaskResponse, TaskStatus, TaskUpdate
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

MAX_PAGE = 100  # tasks that one answer may hold

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
    limit: Annotated[int, Query(ge=1, le=MAX_PAGE)] = 20,
) -> TaskPage:
    """List tasks, newest first, a page at a time, all of them or those of one status."""
    page = read_page(db, status, read_cursor(cursor), limit)
    return TaskPage(
        items=[TaskResponse.model_validate(task) for task in page.tasks],
        total=page.total,
        next=link(request, page.next),
        previous=link(request, page.previous),
    )


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


def read_cursor(text: str | None) -> Cursor | None:
    """Return the cursor of a request or answer 422."""
    try:
        return None if text is None else Cursor.decode(text)
    except ValueError as error:
        raise HTTPException(HTTPStatus.UNPROCESSABLE_ENTITY, "cursor is none that this service gave out") from error


def link(request: Request, cursor: Cursor | None) -> str | None:
    """Return the request's own URL, from the root, with another cursor.

    Without scheme and host it is right behind any proxy, and whatever else the request asked for stays.
    """
    if cursor is None:
        return None
    return str(request.url.replace(scheme="", netloc="").include_query_params(cursor=cursor.encode()))
