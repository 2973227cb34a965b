"""The application that serves /tasks, behind its own authentication."""

from typing import Annotated

from fastapi import Depends, FastAPI, HTTPException, Query, Request, Response, Security
from fastapi.security import HTTPBearer
from sqlalchemy import delete, insert, select, update
from sqlalchemy.orm import Session
from starlette.middleware.authentication import AuthenticationMiddleware

from app import problems
from app.accounts.backend import BearerBackend, refuse
from app.database import get_db
from app.sqs_client import SQSClient
from app.todo.models import Task
from app.todo.schemas import TaskCreate, TaskResponse, TaskStatus, TaskUpdate

api = problems.install(
    FastAPI(title="Tasks", openapi_url=None, dependencies=[Security(HTTPBearer(auto_error=False, scheme_name="jwt"))])
)
api.add_middleware(AuthenticationMiddleware, backend=BearerBackend(), on_error=refuse)
Db = Annotated[Session, Depends(get_db)]


def whose(request: Request) -> str:
    return request.user.identity


Me = Annotated[str, Depends(whose)]


def one(db: Session, statement) -> Task:
    task = db.scalar(statement)
    if task is None:
        raise HTTPException(404, "no such task")
    return task


def mine(statement, me: str, task_id: int):
    return statement.where(Task.id == task_id, Task.created_by == me)


def shared_queue() -> SQSClient:
    if not hasattr(api.state, "sqs"):
        api.state.sqs = SQSClient()
    return api.state.sqs


@api.post("/tasks", status_code=201, response_model=TaskResponse)
def create(body: TaskCreate, me: Me, db: Db, response: Response):
    task = db.scalar(insert(Task).values(**body.model_dump(), created_by=me).returning(Task))
    db.commit()
    shared_queue().send_message({"task_id": task.id})
    response.headers["Location"] = f"/tasks/{task.id}"
    return task


@api.get("/tasks", response_model=list[TaskResponse])
def index(
    me: Me,
    db: Db,
    status: TaskStatus | None = None,
    skip: Annotated[int, Query(ge=0)] = 0,
    limit: Annotated[int, Query(ge=1)] = 100,
):
    filters = {"created_by": me} | ({"status": status} if status else {})
    return db.scalars(select(Task).filter_by(**filters).order_by(Task.id).offset(skip).limit(limit)).all()


@api.get("/tasks/{task_id}", response_model=TaskResponse)
def read(task_id: int, me: Me, db: Db):
    return one(db, mine(select(Task), me, task_id))


@api.put("/tasks/{task_id}", response_model=TaskResponse)
def change(task_id: int, body: TaskUpdate, me: Me, db: Db):
    values = body.model_dump(exclude_unset=True)
    statement = update(Task).values(**values).returning(Task) if values else select(Task)
    task = one(db, mine(statement, me, task_id))
    db.commit()
    return task


@api.delete("/tasks/{task_id}", status_code=204)
def remove(task_id: int, me: Me, db: Db) -> None:
    one(db, mine(delete(Task).returning(Task.id), me, task_id))
    db.commit()
