"""The HTTP API, on one loop."""

import logging
from collections import deque
from contextlib import asynccontextmanager
from hashlib import md5
from itertools import islice
from typing import Annotated
from uuid import uuid4

from fastapi import Depends, FastAPI, HTTPException, Query, Request, Response
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import StreamingResponse
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from app.config import get_settings
from app.database import get_db
from app.models import Task
from app.schemas import TaskCreate, TaskResponse, TaskStatus, TaskUpdate
from app.sqs_client import SQSClient

RECENT = deque(maxlen=200)


@asynccontextmanager
async def lifespan(app: FastAPI):
    logging.basicConfig(level=get_settings().log_level)
    app.state.sqs = SQSClient()
    yield


class Note:
    def __init__(self, app):
        self.app = app

    async def __call__(self, scope, receive, send):
        if scope["type"] != "http":
            return await self.app(scope, receive, send)
        request = Request(scope)
        identifier = str(uuid4())

        async def noting(message):
            if message["type"] == "http.response.start":
                message["headers"].append((b"X-Request-ID", identifier.encode()))
                RECENT.appendleft(
                    {
                        "method": request.method,
                        "target": scope["raw_path"].decode() + ("?" + request.url.query if request.url.query else ""),
                        "agent": request.headers.get("user-agent"),
                        "status": message["status"],
                    }
                )
            await send(message)

        await self.app(scope, receive, noting)


app = FastAPI(title="Task service", lifespan=lifespan)
app.add_middleware(Note)
DB = Annotated[AsyncSession, Depends(get_db)]


@app.get("/health")
async def health():
    return {"status": "ok"}


@app.get("/activity")
async def activity():
    return list(islice(RECENT, 50))


@app.post("/tasks", status_code=201, response_model=TaskResponse)
async def create_task(body: TaskCreate, db: DB, request: Request):
    task = Task(**body.model_dump())
    db.add(task)
    await db.commit()
    await db.refresh(task)
    await db.commit()
    await run_in_threadpool(request.app.state.sqs.send_message, {"task_id": task.id})
    return task


@app.get("/tasks", response_model=list[TaskResponse])
async def list_tasks(
    db: DB,
    status: TaskStatus | None = None,
    skip: Annotated[int, Query(ge=0)] = 0,
    limit: Annotated[int, Query(ge=1)] = 100,
):
    query = select(Task).order_by(Task.id).offset(skip).limit(limit)
    return (await db.scalars(query if status is None else query.where(Task.status == status))).all()


@app.get("/tasks/export")
async def export(db: DB):
    async def lines():
        result = await db.stream_scalars(select(Task).order_by(Task.id).execution_options(yield_per=50))
        async for task in result:
            yield as_json(task) + "\n"

    return StreamingResponse(lines(), media_type="application/x-ndjson")


@app.get("/tasks/{task_id}", response_model=TaskResponse)
async def get_task(task_id: int, db: DB, request: Request):
    text = as_json(await find(db, task_id))
    tag = '"' + md5(text.encode(), usedforsecurity=False).hexdigest() + '"'
    if request.headers.get("if-none-match") == tag:
        return Response(status_code=304, headers={"ETag": tag})
    return Response(text, media_type="application/json", headers={"ETag": tag})


@app.put("/tasks/{task_id}", response_model=TaskResponse)
async def update_task(task_id: int, body: TaskUpdate, db: DB):
    task = await find(db, task_id)
    for name, value in body.model_dump(exclude_unset=True).items():
        setattr(task, name, value)
    await db.commit()
    await db.refresh(task)
    return task


@app.delete("/tasks/{task_id}", status_code=204)
async def delete_task(task_id: int, db: DB):
    await db.delete(await find(db, task_id))
    await db.commit()


async def find(db, task_id):
    task = await db.get(Task, task_id)
    if task is None:
        raise HTTPException(404)
    return task


def as_json(task):
    return TaskResponse.model_validate(task).model_dump_json()
