import hashlib
import hmac
import os
import secrets
from contextlib import asynccontextmanager
from typing import Annotated

from fastapi import Body, Depends, FastAPI, Form, HTTPException, Query, Request
from fastapi.responses import JSONResponse
from fastapi.security import APIKeyHeader
from psycopg.errors import UniqueViolation
from psycopg.rows import dict_row
from psycopg_pool import ConnectionPool

from app.schemas import TaskCreate, TaskResponse, TaskStatus, TaskUpdate
from app.sqs_client import SQSClient
from app.tokens import issue, subject_of

COLUMNS = "id, title, description, status, created_at, updated_at"
pool = ConnectionPool(
    os.environ["DATABASE_URL"].replace("+psycopg", ""), kwargs={"row_factory": dict_row}, max_size=8, open=False
)


@asynccontextmanager
async def lifespan(app):
    pool.open()
    app.state.sqs = SQSClient()
    yield
    pool.close()


app = FastAPI(lifespan=lifespan)
header = APIKeyHeader(name="Authorization", auto_error=False, description="Bearer, then the token")


class Unauthenticated(Exception):
    pass


@app.exception_handler(Unauthenticated)
def challenge(request: Request, error: Unauthenticated):
    return JSONResponse({"message": "Unauthorized"}, status_code=401, headers={"www-authenticate": "Bearer"})


def who(authorization: Annotated[str | None, Depends(header)]) -> str:
    kind, _, token = (authorization or "").partition(" ")
    name = subject_of(token) if kind.lower() == "bearer" else None
    if name is None:
        raise Unauthenticated
    with pool.connection() as connection:
        if connection.execute("SELECT 1 FROM users WHERE username = %s", [name]).fetchone() is None:
            raise Unauthenticated
    return name


Who = Annotated[str, Depends(who)]


def stretch(password, salt):
    return hashlib.scrypt(password.encode(), salt=salt, n=2**13, r=8, p=1, dklen=32)


@app.get("/health")
def health():
    return "fine"


@app.post("/auth/register", status_code=201)
def register(username: Annotated[str, Body(pattern="^[a-z0-9]{3,32}$")], password: Annotated[str, Body(min_length=8)]):
    salt = secrets.token_bytes(16)
    try:
        with pool.connection() as connection:
            return connection.execute(
                "INSERT INTO users (username, salt, verifier) VALUES (%s, %s, %s) RETURNING id, username",
                [username, salt, stretch(password, salt)],
            ).fetchone()
    except UniqueViolation:
        return JSONResponse({"message": "name is taken"}, 409)


@app.post("/auth/token")
def token(username: Annotated[str, Form()], password: Annotated[str, Form()]):
    with pool.connection() as connection:
        row = connection.execute("SELECT salt, verifier FROM users WHERE username = %s", [username]).fetchone()
    row = row or {"salt": b"", "verifier": b""}
    if not hmac.compare_digest(stretch(password, row["salt"]), row["verifier"]):
        return JSONResponse({"detail": "wrong credentials", "message": "wrong credentials"}, 401)
    return {"access_token": issue(username), "token_type": "bearer"}


def get_row(connection, name, task_id):
    row = connection.execute(f"SELECT {COLUMNS}, owner FROM tasks WHERE id = %s FOR UPDATE", [task_id]).fetchone()
    if row is None:
        raise HTTPException(404, f"no task {task_id}")
    if row["owner"] != name:
        raise HTTPException(403, "not your task")
    return row


@app.post("/tasks", status_code=201, response_model=TaskResponse)
def create(name: Who, body: TaskCreate, request: Request):
    with pool.connection() as connection:
        row = connection.execute(
            f"INSERT INTO tasks (title, description, owner) VALUES (%s, %s, %s) RETURNING {COLUMNS}",
            [body.title, body.description, name],
        ).fetchone()
    request.app.state.sqs.send_message({"task_id": row["id"]})
    return row


@app.get("/tasks", response_model=list[TaskResponse])
def tasks(
    name: Who,
    status: TaskStatus | None = None,
    skip: Annotated[int, Query(ge=0)] = 0,
    limit: Annotated[int, Query(ge=1)] = 100,
):
    with pool.connection() as connection:
        return connection.execute(
            f"SELECT {COLUMNS} FROM tasks WHERE owner = %(name)s AND (%(status)s::text IS NULL OR status = %(status)s) "
            "ORDER BY id LIMIT %(limit)s OFFSET %(skip)s",
            {"name": name, "status": status and status.value, "limit": limit, "skip": skip},
        ).fetchall()


@app.get("/tasks/{task_id}", response_model=TaskResponse)
def task(name: Who, task_id: int):
    with pool.connection() as connection:
        return get_row(connection, name, task_id)


@app.put("/tasks/{task_id}", response_model=TaskResponse)
def change(name: Who, task_id: int, body: TaskUpdate):
    with pool.connection() as connection:
        row = get_row(connection, name, task_id)
        new = {**row, **body.model_dump(exclude_unset=True)}
        return connection.execute(
            f"UPDATE tasks SET title = %s, description = %s, status = %s, updated_at = clock_timestamp() "
            f"WHERE id = %s RETURNING {COLUMNS}",
            [new["title"], new["description"], str(new["status"]), task_id],
        ).fetchone()


@app.delete("/tasks/{task_id}", status_code=204)
def drop(name: Who, task_id: int):
    with pool.connection() as connection:
        get_row(connection, name, task_id)
        connection.execute("DELETE FROM tasks WHERE id = %s", [task_id])
