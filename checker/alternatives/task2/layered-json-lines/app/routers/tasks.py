"""The endpoints under /tasks."""

from typing import Annotated

from fastapi import APIRouter, Depends, Query

from app.schemas import TaskCreate, TaskResponse, TaskStatus, TaskUpdate
from app.services.tasks import TaskService

router = APIRouter(prefix="/tasks", tags=["tasks"])
Tasks = Annotated[TaskService, Depends(TaskService)]


@router.post("", status_code=201, response_model=TaskResponse, responses={503: {"description": "Queue unavailable"}})
def create(body: TaskCreate, tasks: Tasks):
    return tasks.create(body)


@router.get("", response_model=list[TaskResponse])
def index(
    tasks: Tasks,
    status: TaskStatus | None = None,
    skip: Annotated[int, Query(ge=0)] = 0,
    limit: Annotated[int, Query(ge=1)] = 100,
):
    return tasks.list(status, skip, limit)


@router.get("/{task_id}", response_model=TaskResponse)
def show(task_id: int, tasks: Tasks):
    return tasks.get(task_id)


@router.put("/{task_id}", response_model=TaskResponse)
def change(task_id: int, body: TaskUpdate, tasks: Tasks):
    return tasks.change(task_id, body)


@router.delete("/{task_id}", status_code=204)
def remove(task_id: int, tasks: Tasks) -> None:
    tasks.delete(task_id)
