"""The HTTP API, made by a factory."""

import logging
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import Annotated

from fastapi import APIRouter, FastAPI, HTTPException, Query, Request
from sqlalchemy import select
from sqlalchemy.orm import Session

from app import identity
from app.config import get_settings
from app.database import engine
from app.identity import OwnSession
from app.models import Task
from app.schemas import TaskCreate, TaskResponse, TaskStatus, TaskUpdate
from app.sqs_client import SQSClient

tasks = APIRouter(prefix="/tasks")


def create_app() -> FastAPI:
    """Put the application together."""

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        logging.basicConfig(level=get_settings().log_level)
        app.state.sqs = SQSClient()
        yield
        engine.dispose()

    app = FastAPI(title="Task service", lifespan=lifespan)
    app.include_router(identity.router)
    app.include_router(tasks)
    app.add_api_route("/health", lambda: {"status": "ok"}, methods=["GET"])
    return app


def find(db: Session, task_id: int, lock: bool = False) -> Task:
    """Return a task that the session may see; no filter here, PostgreSQL has it."""
    task = db.get(Task, task_id, with_for_update=lock or None)
    if task is None:
        raise HTTPException(404, "not found")
    return task


@tasks.post("", status_code=201, response_model=TaskResponse)
def create(db: OwnSession, body: TaskCreate, request: Request) -> Task:
    task = Task(**body.model_dump(), owner=db.info["user_id"])
    db.add(task)
    db.commit()
    db.refresh(task)
    request.app.state.sqs.send_message({"task_id": task.id})
    return task


@tasks.get("", response_model=list[TaskResponse])
def index(
    db: OwnSession,
    status: TaskStatus | None = None,
    skip: Annotated[int, Query(ge=0)] = 0,
    limit: Annotated[int, Query(ge=1)] = 100,
) -> Sequence[Task]:
    query = select(Task).order_by(Task.id).offset(skip).limit(limit)
    return db.scalars(query if status is None else query.filter_by(status=status)).all()


@tasks.get("/{task_id}", response_model=TaskResponse)
def read(db: OwnSession, task_id: int) -> Task:
    return find(db, task_id)


@tasks.put("/{task_id}", response_model=TaskResponse)
def update(db: OwnSession, task_id: int, body: TaskUpdate) -> Task:
    task = find(db, task_id, lock=True)
    for field in body.model_fields_set:
        setattr(task, field, getattr(body, field))
    db.commit()
    return task


@tasks.delete("/{task_id}", status_code=204)
def delete(db: OwnSession, task_id: int) -> None:
    db.delete(find(db, task_id, lock=True))
    db.commit()


app = create_app()
