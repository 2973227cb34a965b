"""The HTTP API."""

import logging
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from functools import lru_cache
from http import HTTPStatus
from typing import Annotated

from fastapi import Depends, FastAPI, HTTPException, Query
from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession

from app.config import get_settings
from app.database import async_engine, get_db
from app.models import Task
from app.schemas import TaskCreate, TaskResponse, TaskStatus, TaskUpdate
from app.sqs_client import SQSClient

logger = logging.getLogger(__name__)


@asynccontextmanager
async def lifespan(_app: FastAPI) -> AsyncIterator[None]:
    """Prepare what requests share and clear it away in the end."""
    logging.basicConfig(level=get_settings().log_level, format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    yield
    await get_sqs().aclose()
    get_sqs.cache_clear()
    await async_engine.dispose()


@lru_cache
def get_sqs() -> SQSClient:
    """Return the queue client that all requests share."""
    return SQSClient()


async def the_queue() -> SQSClient:
    """The same as a dependency on the event loop."""
    return get_sqs()


app = FastAPI(title="Task service", lifespan=lifespan)

Database = Annotated[AsyncSession, Depends(get_db)]
Queue = Annotated[SQSClient, Depends(the_queue)]


@app.get("/health")
async def health() -> dict[str, str]:
    """Tell that the process is up; asks neither database nor queue."""
    return {"status": "ok"}


@app.post("/tasks", status_code=HTTPStatus.CREATED, response_model=TaskResponse)
async def create_task(body: TaskCreate, db: Database, sqs: Queue) -> TaskResponse:
    """Store a task, then tell the worker about it."""
    task = Task(**body.model_dump())
    db.add(task)
    await db.commit()
    await db.refresh(task)
    created = TaskResponse.model_validate(task)
    await db.close()  # no connection is held while the queue is asked
    try:
        await sqs.send_message({"task_id": created.id})
    except Exception as error:
        logger.exception("task %s could not be announced", created.id)
        await db.execute(update(Task).where(Task.id == created.id).values(status=TaskStatus.FAILED))
        await db.commit()
        raise HTTPException(HTTPStatus.SERVICE_UNAVAILABLE, "the queue cannot be reached") from error
    return created


@app.get("/tasks", response_model=list[TaskResponse])
async def list_tasks(
    db: Database,
    status: TaskStatus | None = None,
    skip: Annotated[int, Query(ge=0)] = 0,
    limit: Annotated[int, Query(ge=1)] = 100,
) -> Sequence[Task]:
    """List tasks by id, all of them or those of one status."""
    query = select(Task).order_by(Task.id).offset(skip).limit(limit)
    if status is not None:
        query = query.where(Task.status == status)
    return (await db.scalars(query)).all()


@app.get("/tasks/{task_id}", response_model=TaskResponse)
async def get_task(task_id: int, db: Database) -> Task:
    """Return one task."""
    return await find_task(db, task_id)


@app.put("/tasks/{task_id}", response_model=TaskResponse)
async def update_task(task_id: int, body: TaskUpdate, db: Database) -> Task:
    """Change the fields that were sent and no others."""
    task = await find_task(db, task_id)
    for field, value in body.model_dump(exclude_unset=True).items():
        setattr(task, field, value)
    await db.commit()
    await db.refresh(task)
    return task


@app.delete("/tasks/{task_id}", status_code=HTTPStatus.NO_CONTENT)
async def delete_task(task_id: int, db: Database) -> None:
    """Delete a task; its message, if it is still on the queue, is dropped by the worker."""
    await db.delete(await find_task(db, task_id))
    await db.commit()


async def find_task(db: AsyncSession, task_id: int) -> Task:
    """Return the task with this id or answer 404."""
    task = await db.get(Task, task_id)
    if task is None:
        raise HTTPException(HTTPStatus.NOT_FOUND, f"task {task_id} does not exist")
    return task
