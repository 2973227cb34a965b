"""The HTTP API."""

import base64
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime
from functools import lru_cache
from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Depends, FastAPI, HTTPException, Query, Request
from sqlalchemy import func, select, tuple_
from sqlalchemy.orm import Session

from app.auth import current_user
from app.auth import router as auth_router
from app.config import get_settings
from app.database import get_db
from app.models import Task
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
app.include_router(auth_router)

Database = Annotated[Session, Depends(get_db)]
Queue = Annotated[SQSClient, Depends(get_sqs)]
tasks = APIRouter(prefix="/tasks", dependencies=[Depends(current_user)])


@app.get("/health")
def health() -> dict[str, str]:
    """Tell that the process is up; asks neither database nor queue."""
    return {"status": "ok"}


@tasks.post("", status_code=HTTPStatus.CREATED, response_model=TaskResponse)
def create_task(body: TaskCreate, db: Database, sqs: Queue) -> Task:
    """Store a task, then tell the worker about it."""
    task = Task(**body.model_dump())
    db.add(task)
    db.commit()
    db.refresh(task)
    sqs.send_message({"task_id": task.id})
    return task


@tasks.get("")
def list_tasks(
    db: Database,
    request: Request,
    status: TaskStatus | None = None,
    limit: Annotated[int, Query(ge=1, le=100)] = 20,
    cursor: str | None = None,
) -> TaskPage:
    """List tasks, newest first, a page at a time."""
    query = select(Task) if status is None else select(Task).where(Task.status == status)
    total = db.scalar(select(func.count()).select_from(query.subquery())) or 0
    backwards, place = read_cursor(cursor)
    order = (Task.created_at, Task.id)
    if place is not None:
        query = query.where(tuple_(*order) > place if backwards else tuple_(*order) < place)
    rows = list(db.scalars(query.order_by(*(c.asc() if backwards else c.desc() for c in order)).limit(limit + 1)))
    more, rows = len(rows) > limit, rows[:limit]
    if backwards:
        rows.reverse()
    after = rows and (more or backwards)
    before = rows and cursor is not None and (more or not backwards)
    return TaskPage(
        items=[TaskResponse.model_validate(row) for row in rows],
        total=total,
        next=link(request, "n", rows[-1]) if after else None,
        previous=link(request, "p", rows[0]) if before else None,
    )


def read_cursor(cursor: str | None) -> tuple[bool, tuple[datetime, int] | None]:
    """Return the direction of a cursor and its place; 422 for text that is none."""
    if cursor is None:
        return False, None
    try:
        way, moment, task_id = base64.urlsafe_b64decode(cursor).decode().split("|")
        return way == "p", (datetime.fromisoformat(moment), int(task_id))
    except ValueError:
        raise HTTPException(HTTPStatus.UNPROCESSABLE_ENTITY, "malformed cursor") from None


def link(request: Request, way: str, task: Task) -> str:
    """Return the request's URL with a cursor at a task."""
    cursor = base64.urlsafe_b64encode(f"{way}|{task.created_at.isoformat()}|{task.id}".encode()).decode()
    return str(request.url.include_query_params(cursor=cursor))


@tasks.get("/{task_id}", response_model=TaskResponse)
def get_task(task_id: int, db: Database) -> Task:
    """Return one task."""
    return find_task(db, task_id)


@tasks.put("/{task_id}", response_model=TaskResponse)
def update_task(task_id: int, body: TaskUpdate, db: Database) -> Task:
    """Change the fields that were sent and no others."""
    task = find_task(db, task_id)
    for field, value in body.model_dump(exclude_unset=True).items():
        setattr(task, field, value)
    db.commit()
    db.refresh(task)
    return task


@tasks.delete("/{task_id}", status_code=HTTPStatus.NO_CONTENT)
def delete_task(task_id: int, db: Database) -> None:
    """Delete a task; its message, if it is still on the queue, is dropped by the worker."""
    db.delete(find_task(db, task_id))
    db.commit()


def find_task(db: Session, task_id: int) -> Task:
    """Return the task with this id or answer 404."""
    task = db.scalars(select(Task).where(Task.id == task_id)).one_or_none()
    if task is None:
        raise HTTPException(HTTPStatus.NOT_FOUND, f"task {task_id} does not exist")
    return task


app.include_router(tasks)
