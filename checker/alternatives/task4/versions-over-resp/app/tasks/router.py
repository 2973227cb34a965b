"""The endpoints of tasks."""

from functools import lru_cache
from typing import Annotated

from fastapi import APIRouter, Depends, HTTPException, Query, Response

from app.infra.pg import get_pool
from app.schemas import TaskCreate, TaskResponse, TaskStatus, TaskUpdate
from app.sqs_client import SQSClient
from app.tasks import repo
from app.tasks.shelf import Shelf, get_shelf


@lru_cache
def get_sqs() -> SQSClient:
    """Return the queue client that all requests share."""
    return SQSClient()


router = APIRouter()
Shelved = Annotated[Shelf, Depends(get_shelf)]


def json(body: bytes, status: int = 200) -> Response:
    """Answer JSON that is there already."""
    return Response(body, status, media_type="application/json")


def missing(task_id: int) -> HTTPException:
    """Say that there is no such task."""
    return HTTPException(404, f"task {task_id} does not exist")


@router.post("/tasks", status_code=201, response_model=TaskResponse)
def create_task(new: TaskCreate, shelf: Shelved, sqs: Annotated[SQSClient, Depends(get_sqs)]) -> Response:
    """Store, shelve and announce a task."""
    with get_pool().connection() as db:
        row = repo.insert(db, new.model_dump())
    body = repo.to_json(row)
    shelf.offer(row["id"], row["version"], body)
    sqs.send_message({"task_id": row["id"]})
    return json(body, 201)


@router.get("/tasks", response_model=list[TaskResponse])
def list_tasks(
    status: TaskStatus | None = None,
    skip: Annotated[int, Query(ge=0)] = 0,
    limit: Annotated[int, Query(ge=1)] = 100,
) -> Response:
    """List tasks by id."""
    with get_pool().connection() as db:
        rows = repo.select_many(db, status and status.value, skip, limit)
    return json(b"[" + b",".join(map(repo.to_json, rows)) + b"]")


@router.get("/tasks/{task_id}", response_model=TaskResponse)
def get_task(task_id: int, shelf: Shelved) -> Response:
    """Return one task."""
    body = shelf.look(task_id)
    if body is None:
        with get_pool().connection() as db:
            row = repo.select(db, task_id)
        if row is None:
            raise missing(task_id)
        body = repo.to_json(row)
        shelf.offer(task_id, row["version"], body)
    return json(body)


@router.put("/tasks/{task_id}", response_model=TaskResponse)
def update_task(task_id: int, change: TaskUpdate, shelf: Shelved) -> Response:
    """Change the fields that were sent and shelve the result."""
    with get_pool().connection() as db:
        row = repo.update(db, task_id, change.model_dump(mode="json", exclude_unset=True))
    if row is None:
        raise missing(task_id)
    body = repo.to_json(row)
    shelf.offer(task_id, row["version"], body)
    return json(body)


@router.delete("/tasks/{task_id}", status_code=204)
def delete_task(task_id: int, shelf: Shelved) -> None:
    """Delete a task and shelve that it is gone."""
    with get_pool().connection() as db:
        version = repo.delete(db, task_id)
    if version is None:
        raise missing(task_id)
    shelf.offer(task_id, version)


@router.get("/metrics")
def metrics(shelf: Shelved) -> Response:
    """Show the counters to Prometheus."""
    lines = (
        f"# HELP task_cache_{name}_total Reads of one task.\n# TYPE task_cache_{name}_total counter\n"
        f"task_cache_{name}_total {float(value)}\n"
        for name, value in shelf.counts.items()
    )
    return Response("".join(lines), media_type="text/plain; version=0.0.4; charset=utf-8")
