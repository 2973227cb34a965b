"""The endpoints under /tasks; a session that speaks for a user neither sees nor makes others' tasks."""

from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import Annotated

from fastapi import APIRouter, Depends, HTTPException, Query, Request, Security
from fastapi.security import OAuth2PasswordBearer
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.database import SessionLocal
from app.models import Task
from app.schemas import TaskCreate, TaskResponse, TaskStatus, TaskUpdate
from app.sqs_client import SQSClient
from app.users.security import GuardedRoute

# The scheme is there for the document; GuardedRoute does the work.
documented = OAuth2PasswordBearer("auth/token", auto_error=False)
router = APIRouter(route_class=GuardedRoute, dependencies=[Security(documented)])


@lru_cache
def get_sqs() -> SQSClient:
    return SQSClient()


def own_session(request: Request) -> Iterator[Session]:
    with SessionLocal(info={"user_id": request.state.user_id}) as db:
        yield db


Database = Annotated[Session, Depends(own_session)]
Queue = Annotated[SQSClient, Depends(get_sqs)]


@router.post("/tasks", status_code=201, response_model=TaskResponse)
def create_task(body: TaskCreate, db: Database, sqs: Queue) -> Task:
    task = Task(**body.model_dump())
    db.add(task)
    db.commit()
    db.refresh(task)
    sqs.send_message({"task_id": task.id})
    return task


@router.get("/tasks", response_model=list[TaskResponse])
def list_tasks(
    db: Database,
    status: TaskStatus | None = None,
    skip: Annotated[int, Query(ge=0)] = 0,
    limit: Annotated[int, Query(ge=1)] = 100,
) -> Sequence[Task]:
    query = select(Task).order_by(Task.id).offset(skip).limit(limit)
    if status is not None:
        query = query.where(Task.status == status)
    return db.scalars(query).all()


@router.get("/tasks/{task_id}", response_model=TaskResponse)
def get_task(task_id: int, db: Database) -> Task:
    return find_task(db, task_id)


@router.put("/tasks/{task_id}", response_model=TaskResponse)
def update_task(task_id: int, body: TaskUpdate, db: Database) -> Task:
    task = find_task(db, task_id)
    for field, value in body.model_dump(exclude_unset=True).items():
        setattr(task, field, value)
    db.commit()
    db.refresh(task)
    return task


@router.delete("/tasks/{task_id}", status_code=204)
def delete_task(task_id: int, db: Database) -> None:
    db.delete(find_task(db, task_id))
    db.commit()


def find_task(db: Session, task_id: int) -> Task:
    task = db.scalars(select(Task).where(Task.id == task_id)).one_or_none()
    if task is None:
        raise HTTPException(404, f"task {task_id} does not exist")
    return task
