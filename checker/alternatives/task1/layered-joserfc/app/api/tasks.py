from functools import lru_cache
from typing import Annotated

from fastapi import APIRouter, Depends, HTTPException, Query
from pydantic import BaseModel

from app.api.deps import OwnTasks, authenticated
from app.models import Task
from app.schemas import TaskCreate, TaskResponse, TaskStatus, TaskUpdate
from app.sqs_client import SQSClient

router = APIRouter(prefix="/tasks", dependencies=[Depends(authenticated)])


class Page(BaseModel):
    """As task 3 has it, without its cursors."""

    items: list[TaskResponse]
    total: int
    next: str | None = None
    previous: str | None = None


@lru_cache
def queue() -> SQSClient:
    return SQSClient()


def found(tasks: OwnTasks, task_id: int) -> Task:
    task = tasks.get(task_id)
    if task is None:
        raise HTTPException(404, "Not found")
    return task


Found = Annotated[Task, Depends(found)]


@router.post("", status_code=201, response_model=TaskResponse)
def create(body: TaskCreate, tasks: OwnTasks) -> Task:
    task = Task(**body.model_dump())
    tasks.add(task)
    tasks.db.commit()
    queue().send_message({"task_id": task.id})
    return task


@router.get("")
def page(tasks: OwnTasks, status: TaskStatus | None = None, limit: Annotated[int, Query(ge=1, le=100)] = 20) -> Page:
    items, total = tasks.page(status, limit)
    return Page(items=[TaskResponse.model_validate(item) for item in items], total=total)


@router.get("/{task_id}", response_model=TaskResponse)
def read(task: Found) -> Task:
    return task


@router.put("/{task_id}", response_model=TaskResponse)
def change(body: TaskUpdate, task: Found, tasks: OwnTasks) -> Task:
    for field in body.model_fields_set:
        setattr(task, field, getattr(body, field))
    tasks.db.commit()
    return task


@router.delete("/{task_id}", status_code=204)
def remove(task: Found, tasks: OwnTasks) -> None:
    tasks.remove(task)
    tasks.db.commit()
