"""The HTTP API in one file: SQL by hand, tokens by hand, the door in front of the application."""

import base64
import hashlib
import hmac
import json
import logging
import re
import time
import uuid
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import lru_cache
from typing import Annotated, Any
from urllib.parse import parse_qs

from anyio.to_thread import run_sync
from fastapi import FastAPI, HTTPException, Query, Request, Response
from fastapi.responses import JSONResponse
from psycopg.rows import dict_row
from psycopg.types.json import Jsonb
from psycopg_pool import ConnectionPool
from pydantic import BaseModel, Field

from app.config import get_settings
from app.schemas import TaskCreate, TaskResponse, TaskStatus, TaskUpdate
from app.sqs_client import SQSClient


@lru_cache
def get_pool() -> ConnectionPool:
    url = re.sub(r"^postgresql\+\w+:", "postgresql:", get_settings().database_url)
    return ConnectionPool(
        url, min_size=1, max_size=25, kwargs={"row_factory": dict_row}, check=ConnectionPool.check_connection, open=True
    )


def sql(statement: str, *values: Any) -> list[dict[str, Any]]:
    with get_pool().connection() as connection:
        return connection.execute(statement, values).fetchall()


@lru_cache
def get_sqs() -> SQSClient:
    return SQSClient()


# --- tokens ---------------------------------------------------------------------------------------------------------


def b64(raw: bytes) -> bytes:
    return base64.urlsafe_b64encode(raw).rstrip(b"=")


def seal(signed: bytes) -> bytes:
    return b64(hmac.new(get_settings().jwt_secret.encode(), signed, hashlib.sha256).digest())


HEADER = b64(b'{"alg":"HS256","typ":"at+jwt"}')


def issue(user_id: int) -> str:
    claims = {"sub": f"user:{user_id}", "exp": time.time() + get_settings().jwt_expire_minutes * 60,
              "use": "access", "jti": str(uuid.uuid4())}  # fmt: skip
    signed = HEADER + b"." + b64(json.dumps(claims).encode())
    return (signed + b"." + seal(signed)).decode()


def open_token(token: bytes) -> int | None:
    """Return the user's id; only the very header that `issue` writes is known, so no other algorithm is."""
    signed, _, signature = token.rpartition(b".")
    header, _, payload = signed.partition(b".")
    if header != HEADER or not hmac.compare_digest(signature, seal(signed)):
        return None
    claims = json.loads(base64.urlsafe_b64decode(payload + b"=" * (-len(payload) % 4)))
    if claims.get("use") != "access" or not isinstance(claims.get("exp"), (int, float)) or claims["exp"] < time.time():
        return None
    match = re.fullmatch(r"user:(\d{1,18})", str(claims.get("sub")))
    return int(match[1]) if match else None


class Door:
    """Lets nobody near /tasks without a good token; answers before the body is read."""

    def __init__(self, app: Any) -> None:
        self.app = app

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] == "http" and scope["path"].split("/")[1:2] == ["tasks"]:
            user_id = None
            values = [value for name, value in scope["headers"] if name == b"authorization"]
            if len(values) == 1 and values[0][:7].lower() == b"bearer ":
                try:
                    user_id = open_token(values[0][7:].strip())
                except (ValueError, AttributeError, TypeError):
                    user_id = None
            if user_id is None or not await run_sync(sql, "SELECT 1 FROM users WHERE id = %s", user_id):
                await send({"type": "http.response.start", "status": 401,
                            "headers": [(b"www-authenticate", b"Bearer"), (b"content-length", b"0")]})  # fmt: skip
                await send({"type": "http.response.body", "body": b""})
                return
            scope.setdefault("state", {})["user_id"] = user_id
        await self.app(scope, receive, send)


@asynccontextmanager
async def lifespan(_app: FastAPI) -> AsyncIterator[None]:
    logging.basicConfig(level=get_settings().log_level, format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    yield
    if get_pool.cache_info().currsize:
        get_pool().close()


app = FastAPI(title="Task service", lifespan=lifespan)
app.add_middleware(Door)


@app.get("/health")
def health() -> dict[str, str]:
    return {"status": "ok"}


# --- accounts -------------------------------------------------------------------------------------------------------


class Registration(BaseModel):
    username: str = Field(pattern="^[a-z0-9]{3,32}$")
    password: str = Field(pattern=r"^[\x01-\x7f]{12,64}$")


@app.post("/auth/register", status_code=201)
def register(body: Registration) -> Any:
    user_id = sql("SELECT auth.register(%s, %s) AS id", body.username, body.password)[0]["id"]
    if user_id is None:
        return Response(status_code=409)
    return JSONResponse({"id": user_id, "username": body.username}, 201, {"Location": f"/users/{user_id}"})


@app.post("/auth/token")
async def token(request: Request) -> dict[str, Any]:
    form = parse_qs((await request.body()).decode("latin-1"), keep_blank_values=True)
    name, password = form.get("username", [""])[0], form.get("password", [""])[0]
    if form.get("grant_type") != ["password"]:
        raise HTTPException(400, "unsupported_grant_type")
    rows = await run_sync(sql, "SELECT auth.login(%s, %s) AS id", name.replace("\0", ""), password.replace("\0", ""))
    if rows[0]["id"] is None:
        raise HTTPException(401, {"error": "invalid_grant"})
    return {"access_token": issue(rows[0]["id"]), "token_type": "bearer"}


# --- tasks ----------------------------------------------------------------------------------------------------------


@app.post("/tasks", status_code=201, response_model=TaskResponse)
def create_task(body: TaskCreate, request: Request) -> Any:
    (task,) = sql("SELECT * FROM auth.make_task(%s, %s, %s)", request.state.user_id, body.title, body.description)
    get_sqs().send_message({"task_id": task["id"]})
    return task


@app.get("/tasks", response_model=list[TaskResponse])
def list_tasks(
    request: Request,
    status: TaskStatus | None = None,
    skip: Annotated[int, Query(ge=0)] = 0,
    limit: Annotated[int, Query(ge=1)] = 100,
) -> Any:
    return sql(
        "SELECT * FROM auth.tasks_of(%s) WHERE status = coalesce(%s::text, status) ORDER BY id LIMIT %s OFFSET %s",
        request.state.user_id, status and status.value, limit, skip,
    )  # fmt: skip


def only(rows: list[dict[str, Any]]) -> dict[str, Any]:
    if not rows:
        raise HTTPException(404)
    return rows[0]


@app.get("/tasks/{task_id}", response_model=TaskResponse)
def get_task(task_id: int, request: Request) -> Any:
    return only(sql("SELECT * FROM auth.tasks_of(%s) WHERE id = %s", request.state.user_id, task_id))


@app.put("/tasks/{task_id}", response_model=TaskResponse)
def update_task(task_id: int, body: TaskUpdate, request: Request) -> Any:
    if not body.model_fields_set:
        return get_task(task_id, request)
    return only(sql(
        """UPDATE tasks t SET (title, description, status, updated_at) =
            (SELECT r.title, r.description, r.status, now() FROM jsonb_populate_record(t, %s) r)
        WHERE id = (SELECT id FROM auth.tasks_of(%s) WHERE id = %s) RETURNING *""",
        Jsonb(body.model_dump(exclude_unset=True, mode="json")), request.state.user_id, task_id,
    ))  # fmt: skip


@app.delete("/tasks/{task_id}", status_code=204)
def delete_task(task_id: int, request: Request) -> Response:
    only(sql("DELETE FROM tasks WHERE id = (SELECT id FROM auth.tasks_of(%s) WHERE id = %s) RETURNING id",
             request.state.user_id, task_id))  # fmt: skip
    return Response(status_code=204)


def openapi() -> dict[str, Any]:
    if not app.openapi_schema:
        document = app.openapi_schema = FastAPI.openapi(app)
        schemes = document.setdefault("components", {}).setdefault("securitySchemes", {})
        schemes["jwt"] = {"type": "http", "scheme": "bearer", "bearerFormat": "JWT"}
        for path, methods in document["paths"].items():
            for operation in methods.values():
                operation["security"] = [{"jwt": []}] if path.startswith("/tasks") else []
    return app.openapi_schema


app.openapi = openapi
