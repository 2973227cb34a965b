"""The HTTP API, asyncio from end to end."""

import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Annotated

from fastapi import Depends, FastAPI, HTTPException, Query, Request
from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession

from app.config import get_settings
from app.database import AsyncSessionLocal, async_engine, get_db
from app.models import Task
from app.schemas import TaskCreate, TaskResponse, TaskStatus, TaskUpdate
from app.sqs_client import SQSClient, SQSError

logging.basicConfig(level=get_settings().log_level, format="{levelname}:{name}:{message}", style="{")


@asynccontextmanager
async def lifespan(app: FastAPI) -> AsyncIterator[None]:
    app.state.sqs = SQSClient()
    yield
    await app.state.sqs.aclose()
    await async_engine.dispose()


app = FastAPI(title="Task service", lifespan=lifespan)

Db = Annotated[AsyncSession, Depends(get_db)]


def get_sqs(request: Request) -> SQSClient:
    return request.app.state.sqs


@app.get("/health")
async def health() -> dict[str, str]:
    return {"status": "ok"}


@app.post("/tasks", status_code=201)
async def create_task(body: TaskCreate, sqs: Annotated[SQSClient, Depends(get_sqs)]) -> TaskResponse:
    async with AsyncSessionLocal.begin() as session:
        task = Task(**body.model_dump())
        session.add(task)
        await session.flush()
        created = TaskResponse.model_validate(task)
    try:
        await sqs.send_message({"task_id": created.id})
    except SQSError as error:
        await fail(created.id)
        raise HTTPException(503, "the task was stored but could not be queued; it is failed") from error
    return created


async def fail(task_id: int) -> None:
    async with AsyncSessionLocal.begin() as session:
        await session.execute(update(Task).where(Task.id == task_id).values(status="failed"))


@app.get("/tasks", response_model=list[TaskResponse])
async def list_tasks(
    db: Db,
    status: TaskStatus | None = None,
    skip: Annotated[int, Query(ge=0)] = 0,
    limit: Annotated[int, Query(ge=1)] = 100,
):
    query = select(Task).order_by(Task.id).offset(skip).limit(limit)
    if status is not None:
        query = query.where(Task.status == status)
    return (await db.scalars(query)).all()


async def existing_task(task_id: int, db: Db) -> Task:
    task = await db.get(Task, task_id)
    if task is None:
        raise HTTPException(404, f"there is no task {task_id}")
    return task


Existing = Annotated[Task, Depends(existing_task)]


@app.get("/tasks/{task_id}", response_model=TaskResponse)
async def get_task(task: Existing):
    return task


@app.put("/tasks/{task_id}", response_model=TaskResponse)
async def update_task(task: Existing, body: TaskUpdate, db: Db):
    for name, value in body.model_dump(exclude_unset=True).items():
        setattr(task, name, value)
    await db.commit()
    await db.refresh(task)
    return task


@app.delete("/tasks/{task_id}", status_code=204)
async def delete_task(task: Existing, db: Db) -> None:
    await db.delete(task)
    await db.commit()
