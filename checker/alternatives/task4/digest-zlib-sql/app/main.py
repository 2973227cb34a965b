from collections.abc import Iterator
from contextlib import asynccontextmanager
from typing import Annotated, Any

from fastapi import FastAPI, HTTPException, Query, Response
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest

from app import repository
from app.schemas import TaskCreate, TaskResponse, TaskStatus, TaskUpdate
from app.sqs_client import SQSClient


@asynccontextmanager
async def lifespan(app: FastAPI) -> Iterator[None]:
    app.state.sqs = SQSClient()
    repository.pool.open()
    yield
    repository.pool.close()


app = FastAPI(lifespan=lifespan)


def there(task: dict[str, Any] | None) -> dict[str, Any]:
    if task is None:
        raise HTTPException(404, "no such task")
    return task


@app.get("/health")
def health() -> dict[str, bool]:
    return {"ok": True}


@app.get("/metrics")
def metrics() -> Response:
    return Response(generate_latest(), media_type=CONTENT_TYPE_LATEST)


@app.post("/tasks", status_code=201, response_model=TaskResponse)
def create(body: TaskCreate) -> dict[str, Any]:
    task = repository.add(body.title, body.description)
    app.state.sqs.send_message({"task_id": task["id"]})
    return task


@app.get("/tasks", response_model=list[TaskResponse])
def listing(
    status: TaskStatus | None = None,
    skip: Annotated[int, Query(ge=0)] = 0,
    limit: Annotated[int, Query(ge=1)] = 100,
) -> list[dict[str, Any]]:
    return repository.many(status and status.value, skip, limit)


@app.get("/tasks/{task_id}", response_model=TaskResponse)
def read(task_id: int) -> dict[str, Any]:
    return there(repository.one(task_id))


@app.put("/tasks/{task_id}", response_model=TaskResponse)
def update(task_id: int, body: TaskUpdate) -> dict[str, Any]:
    return there(repository.change(task_id, **body.model_dump(mode="json", exclude_unset=True)))


@app.delete("/tasks/{task_id}", status_code=204)
def delete(task_id: int) -> None:
    if not repository.remove(task_id):
        raise HTTPException(404, "no such task")
