"""The HTTP API."""

import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import lru_cache
from http import HTTPStatus
from typing import Annotated, Any
from urllib.parse import urlencode

from fastapi import Depends, FastAPI, HTTPException, Query
from fastapi.concurrency import run_in_threadpool
from sqlalchemy import Row, TextClause, text
from sqlalchemy.ext.asyncio import AsyncSession

from app.config import get_settings
from app.database import async_engine, get_db
from app.models import Task
from app.pagination import Cursor
from app.schemas import TaskCreate, TaskPage, TaskResponse, TaskStatus, TaskUpdate
from app.sqs_client import SQSClient


@asynccontextmanager
async def lifespan(_app: FastAPI) -> AsyncIterator[None]:
    """Prepare what requests share, when the server starts and not when the module is imported."""
    logging.basicConfig(level=get_settings().log_level, format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    get_sqs()
    yield
    await async_engine.dispose()


@lru_cache
def get_sqs() -> SQSClient:
    """Return the queue client that all requests share."""
    return SQSClient()


app = FastAPI(title="Task service", lifespan=lifespan)

Database = Annotated[AsyncSession, Depends(get_db)]
Queue = Annotated[SQSClient, Depends(get_sqs)]


@app.get("/health")
async def health() -> dict[str, str]:
    """Tell that the process is up; asks neither database nor queue."""
    return {"status": "ok"}


@app.post("/tasks", status_code=HTTPStatus.CREATED, response_model=TaskResponse)
async def create_task(body: TaskCreate, db: Database, sqs: Queue) -> Task:
    """Store a task, then tell the worker about it."""
    task = Task(**body.model_dump())
    db.add(task)
    await db.commit()
    await db.refresh(task)
    await run_in_threadpool(sqs.send_message, {"task_id": task.id})
    return task


async def cursor_parameter(cursor: str | None = None) -> Cursor | None:
    """Read `?cursor=`."""
    if cursor is None:
        return None
    try:
        return Cursor.parse(cursor)
    except ValueError as error:
        raise HTTPException(HTTPStatus.BAD_REQUEST, "cursor is not one of this list") from error


@lru_cache
def walk(from_place: bool, backward: bool, filtered: bool) -> TextClause:
    """Go from task to task by the index, one step a row; the total comes along with every row."""
    than, way = (">", "ASC") if backward else ("<", "DESC")
    match = "status = :status" if filtered else "true"
    start = f"AND (created_at, id) {than} (CAST(:at AS timestamptz), CAST(:id AS integer))" if from_place else ""
    return text(f"""
        WITH RECURSIVE walk AS (
            (SELECT 1 AS step, tasks.* FROM tasks WHERE {match} {start} ORDER BY created_at {way}, id {way} LIMIT 1)
            UNION ALL
            SELECT walk.step + 1, further.*
              FROM walk
             CROSS JOIN LATERAL (
                SELECT * FROM tasks WHERE {match} AND (created_at, id) {than} (walk.created_at, walk.id)
                 ORDER BY created_at {way}, id {way} LIMIT 1
             ) AS further
             WHERE walk.step < :n
        )
        SELECT whole.total, walk.* FROM (SELECT count(*) AS total FROM tasks WHERE {match}) AS whole
          LEFT JOIN walk ON true ORDER BY walk.step
    """)


@app.get("/tasks")
async def list_tasks(
    db: Database,
    cursor: Annotated[Cursor | None, Depends(cursor_parameter)],
    status: TaskStatus | None = None,
    limit: Annotated[int, Query(ge=1, le=100)] = 20,
) -> TaskPage:
    """List tasks, newest first, a page at a time."""
    backward = cursor is not None and cursor.direction == "p"
    place = {} if cursor is None else {"at": cursor.created_at, "id": cursor.id}
    kept = {} if status is None else {"status": status.value}
    rows = (await db.execute(walk(bool(cursor), backward, bool(status)), {**kept, **place, "n": limit + 1})).all()
    total = rows[0].total
    found = [row for row in rows if row.id is not None]
    tasks = found[:limit]
    if backward:
        tasks.reverse()

    def link(direction: str, task: Row[Any]) -> str:
        query = {"limit": limit} if status is None else {"limit": limit, "status": status.value}
        return "/tasks?" + urlencode({**query, "cursor": str(Cursor(direction, task.created_at, task.id))})

    more_newer = len(found) > limit if backward else cursor is not None
    more_older = backward or len(found) > limit
    return TaskPage(
        items=[TaskResponse.model_validate(task) for task in tasks],
        total=total,
        next=link("n", tasks[-1]) if tasks and more_older else None,
        previous=link("p", tasks[0]) if tasks and more_newer else None,
    )


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
