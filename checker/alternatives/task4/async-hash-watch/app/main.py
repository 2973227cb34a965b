from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import lru_cache
from typing import Annotated

from anyio import to_thread
from fastapi import Depends, FastAPI, HTTPException, Query
from prometheus_client import make_asgi_app
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from app import tasks_cache
from app.database import engine, get_db
from app.models import Task
from app.schemas import TaskCreate, TaskResponse, TaskStatus, TaskUpdate
from app.sqs_client import SQSClient


@asynccontextmanager
async def lifespan(_: FastAPI) -> AsyncIterator[None]:
    get_sqs()
    yield
    await tasks_cache.redis.aclose()
    await engine.dispose()


@lru_cache
def get_sqs() -> SQSClient:
    return SQSClient()


app = FastAPI(lifespan=lifespan)
app.mount("/metrics", make_asgi_app())
Db = Annotated[AsyncSession, Depends(get_db)]


async def one(db: AsyncSession, task_id: int) -> Task:
    if (task := await db.get(Task, task_id, populate_existing=True)) is None:
        raise HTTPException(404)
    return task


@app.get("/health")
async def health() -> dict[str, str]:
    return {"status": "ok"}


@app.post("/tasks", status_code=201, response_model=TaskResponse)
async def create_task(body: TaskCreate, db: Db) -> Task:
    task = Task(**body.model_dump())
    db.add(task)
    await db.commit()
    await db.refresh(task)
    await to_thread.run_sync(get_sqs().send_message, {"task_id": task.id})
    return task


@app.get("/tasks", response_model=list[TaskResponse])
async def list_tasks(
    db: Db,
    status: TaskStatus | None = None,
    skip: Annotated[int, Query(ge=0)] = 0,
    limit: Annotated[int, Query(ge=1)] = 100,
) -> list[Task]:
    query = select(Task).order_by(Task.id).offset(skip).limit(limit)
    if status:
        query = query.where(Task.status == status)
    return list(await db.scalars(query))


@app.get("/tasks/{task_id}")
async def get_task(task_id: int, db: Db) -> TaskResponse:
    if task := await tasks_cache.read(task_id):
        return task

    async def load() -> TaskResponse:
        return TaskResponse.model_validate(await one(db, task_id))

    return await tasks_cache.fill(task_id, load)


@app.put("/tasks/{task_id}", response_model=TaskResponse)
async def update_task(task_id: int, body: TaskUpdate, db: Db) -> Task:
    task = await one(db, task_id)
    for field, value in body.model_dump(exclude_unset=True).items():
        setattr(task, field, value)
    await db.commit()
    await tasks_cache.forget(task_id)
    await db.refresh(task)
    return task


@app.delete("/tasks/{task_id}", status_code=204)
async def delete_task(task_id: int, db: Db) -> None:
    await db.delete(await one(db, task_id))
    await db.commit()
    await tasks_cache.forget(task_id)
