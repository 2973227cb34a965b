"""The HTTP API."""

import logging
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from functools import lru_cache
from http import HTTPStatus
from typing import Annotated
from uuid import uuid4

from fastapi import Depends, FastAPI, Header, HTTPException, Query, Request, Response
from fastapi.concurrency import run_in_threadpool
from sqlalchemy import select
from sqlalchemy.orm import Session

from app import activity
from app.config import get_settings
from app.database import get_db
from app.export import Export
from app.models import Task
from app.rendering import render
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


class Watch:
    """Gives each request an id, and notes how it was answered, before the answer leaves."""

    def __init__(self, app):
        self.app = app

    async def __call__(self, scope, receive, send):
        if scope["type"] != "http":
            return await self.app(scope, receive, send)
        request = Request(scope)

        async def watched(message):
            if message["type"] == "http.response.start":
                message["headers"] = [*message["headers"], (b"x-request-id", uuid4().hex.encode())]
                await run_in_threadpool(activity.record, visit_of(request, message["status"]))
            await send(message)

        return await self.app(scope, receive, watched)


def visit_of(request: Request, status: int) -> dict:
    query = f"?{request.url.query}" if request.url.query else ""
    agent = request.headers.get("User-Agent", "")
    return {"method": request.method, "target": f"{request.url.path}{query}"[:1000], "agent": agent, "status": status}


app.add_middleware(Watch)


@app.get("/health")
def health() -> dict[str, str]:
    """Tell that the process is up; asks neither database nor queue."""
    return {"status": "ok"}


@app.get("/activity")
def get_activity() -> list[dict]:
    """Return the last requests and how they were answered, the newest first."""
    return activity.latest()


@app.post("/tasks", status_code=HTTPStatus.CREATED, response_model=TaskResponse)
def create_task(body: TaskCreate, db: Database, sqs: Queue) -> Task:
    """Store a task, then tell the worker about it."""
    task = Task(**body.model_dump())
    db.add(task)
    db.commit()
    db.refresh(task)
    sqs.send_message({"task_id": task.id})
    return task


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


@app.get("/tasks/export", response_class=Export, response_model=None)
def export_tasks() -> Export:
    """Return every task by id, a line of JSON each."""
    return Export()


@app.get("/tasks/{task_id}", response_model=TaskResponse)
def get_task(task_id: int, db: Database, if_none_match: Annotated[str | None, Header()] = None) -> Response:
    """Return one task, or 304 where the client has this version of it."""
    body, etag = render(find_task(db, task_id))
    headers = {"ETag": etag}
    if if_none_match == etag:
        return Response(status_code=HTTPStatus.NOT_MODIFIED, headers=headers)
    return Response(body, media_type="application/json", headers=headers)


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
