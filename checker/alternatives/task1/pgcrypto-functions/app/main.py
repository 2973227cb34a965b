import os
from typing import Annotated

from fastapi import Depends, FastAPI, Form, HTTPException, Query, Request
from fastapi.security import OAuth2PasswordBearer
from pydantic import BaseModel, StringConstraints
from sqlalchemy import create_engine, text

from app.schemas import TaskCreate, TaskResponse, TaskStatus, TaskUpdate
from app.sqs_client import SQSClient

SHOWN = "id, title, description, status, created_at, updated_at"

engine = create_engine(os.environ["DATABASE_URL"], pool_size=6, pool_pre_ping=True)
app = FastAPI()
queue = SQSClient()
scheme = OAuth2PasswordBearer("/auth/token", auto_error=False)


def rows(statement, **values):
    with engine.begin() as connection:
        return connection.execute(text(statement), values).mappings().all()


def account(request: Request, declared: Annotated[str | None, Depends(scheme)]):
    kind, _, token = request.headers.get("authorization", "").partition(" ")
    if kind.lower() == "bearer":
        found = rows("SELECT account_of(:token, :key) AS id", token=token.strip(), key=os.environ["JWT_SECRET"])
        if found[0]["id"]:
            return found[0]["id"]
    raise HTTPException(401, "Who are you?", {"WWW-Authenticate": "Bearer"})


Account = Annotated[object, Depends(account)]


class Registration(BaseModel):
    username: Annotated[str, StringConstraints(min_length=3, max_length=32)]
    password: Annotated[str, StringConstraints(min_length=12, max_length=72)]


@app.get("/health")
def health():
    return {"ok": True}


@app.post("/auth/register", status_code=201)
def register(body: Registration):
    made = rows(
        "INSERT INTO users (username, secret) VALUES (:name, crypt(:password, gen_salt('bf', 8))) "
        "ON CONFLICT DO NOTHING RETURNING id, username",
        name=body.username,
        password=body.password,
    )
    if not made:
        raise HTTPException(409, "taken")
    return made[0]


@app.post("/auth/token")
def token(username: Annotated[str, Form()], password: Annotated[str, Form()]):
    (found,) = rows(
        "SELECT login(:name, :password, :minutes, :key) AS token",
        name=username,
        password=password,
        minutes=int(os.environ["JWT_EXPIRE_MINUTES"]),
        key=os.environ["JWT_SECRET"],
    )
    if found["token"] is None:
        raise HTTPException(401, "wrong name or password", {"WWW-Authenticate": "Bearer"})
    return {"access_token": found["token"], "token_type": "bearer"}


@app.post("/tasks", status_code=201, response_model=TaskResponse)
def create(account: Account, body: TaskCreate):
    (made,) = rows(
        f"INSERT INTO tasks (title, description, account_id) VALUES (:title, :description, :account) RETURNING {SHOWN}",
        title=body.title,
        description=body.description,
        account=account,
    )
    queue.send_message({"task_id": made["id"]})
    return made


@app.get("/tasks", response_model=list[TaskResponse])
def tasks(
    account: Account,
    status: TaskStatus | None = None,
    skip: Annotated[int, Query(ge=0)] = 0,
    limit: Annotated[int, Query(ge=1)] = 100,
):
    return rows(
        f"SELECT {SHOWN} FROM tasks WHERE account_id = :account AND status = coalesce(:status, status) "
        "ORDER BY id LIMIT :limit OFFSET :skip",
        account=account,
        status=status and status.value,
        limit=limit,
        skip=skip,
    )


def one(found):
    if not found:
        raise HTTPException(404, "no such task of yours")
    return found[0]


@app.get("/tasks/{task_id}", response_model=TaskResponse)
def task(account: Account, task_id: int):
    return one(
        rows(f"SELECT {SHOWN} FROM tasks WHERE id = :id AND account_id = :account", id=task_id, account=account)
    )


@app.put("/tasks/{task_id}", response_model=TaskResponse)
def change(account: Account, task_id: int, body: TaskUpdate):
    new = body.model_dump(exclude_unset=True, mode="json")
    words = "".join(f"{name} = :{name}, " for name in new)
    return one(
        rows(
            f"UPDATE tasks SET {words}updated_at = clock_timestamp() "
            f"WHERE id = :id AND account_id = :account RETURNING {SHOWN}",
            id=task_id,
            account=account,
            **new,
        )
    )


@app.delete("/tasks/{task_id}", status_code=204)
def drop(account: Account, task_id: int):
    one(rows("DELETE FROM tasks WHERE id = :id AND account_id = :account RETURNING id", id=task_id, account=account))
