"""The HTTP API: Starlette endpoints on a FastAPI application, SQL through a psycopg pool, JSON through msgspec."""

import asyncio
import logging
from contextlib import asynccontextmanager
from urllib.parse import parse_qs

import msgspec
from fastapi import FastAPI, HTTPException, Request, Response
from psycopg import sql
from psycopg.rows import class_row, dict_row
from psycopg_pool import AsyncConnectionPool
from starlette.endpoints import HTTPEndpoint

from app import tokens
from app.config import get_settings
from app.schemas import Account, Listing, TaskCreate, TaskResponse, TaskUpdate
from app.sqs_client import SQSClient

COLUMNS = "id, title, description, status, created_at, updated_at"
pool = AsyncConnectionPool(
    get_settings().database_url.replace("+psycopg", "", 1),
    open=False,
    min_size=2,
    max_size=12,
    check=AsyncConnectionPool.check_connection,
    kwargs={"row_factory": dict_row},
)


@asynccontextmanager
async def lifespan(app):
    logging.basicConfig(level=get_settings().log_level)
    app.state.sqs = SQSClient()
    await pool.open()
    yield
    await pool.close()


app = FastAPI(title="Task service", lifespan=lifespan)


def answer(value, status=200):
    return Response(msgspec.json.encode(value), status, media_type="application/json")


async def read(request, kind):
    try:
        return msgspec.json.decode(await request.body(), type=kind)
    except (msgspec.MsgspecError, UnicodeError) as error:
        raise HTTPException(422, str(error)) from None


async def query(statement, params=(), row=dict_row):
    """Run one statement in a transaction of its own; it is committed when this returns."""
    async with pool.connection() as connection:
        cursor = connection.cursor(row_factory=row)
        await cursor.execute(statement, params)
        return await cursor.fetchall() if cursor.description else cursor.rowcount


class Guarded(HTTPEndpoint):
    """An endpoint that looks at the token before anything else."""

    async def dispatch(self):
        request = Request(self.scope, self.receive)
        scheme, _, token = request.headers.get("authorization", "").partition(" ")
        subject = tokens.subject_of(token.strip()) if scheme.lower() == "bearer" else None
        self.user = subject and next(
            (row["id"] for row in await query("SELECT id FROM users WHERE id::text = %s", [subject])), None
        )
        if not self.user:
            raise HTTPException(401, "log in first", {"WWW-Authenticate": "Bearer"})
        if "task_id" in request.path_params and not request.path_params["task_id"].isdecimal():
            raise HTTPException(422, "an id is a number")
        await super().dispatch()

    def id(self, request):
        return min(int(request.path_params["task_id"]), 2**31 - 1)


class Tasks(Guarded):
    async def get(self, request):
        try:
            page = msgspec.convert(dict(request.query_params), Listing, strict=False)
        except msgspec.ValidationError as error:
            raise HTTPException(422, str(error)) from None
        return answer(
            await query(
                f"SELECT {COLUMNS} FROM owned_tasks WHERE user_id = %s AND status = coalesce(%s, status) "
                "ORDER BY id OFFSET %s LIMIT %s",
                [self.user, page.status, page.skip, page.limit],
                class_row(TaskResponse),
            )
        )

    async def post(self, request):
        body = await read(request, TaskCreate)
        [task] = await query(
            f"INSERT INTO owned_tasks (title, description, user_id) VALUES (%s, %s, %s) RETURNING {COLUMNS}",
            [body.title, body.description, self.user],
            class_row(TaskResponse),
        )
        await asyncio.to_thread(request.app.state.sqs.send_message, {"task_id": task.id})
        return answer(task, 201)


class Task(Guarded):
    async def one(self, statement, params):
        rows = await query(statement, params, class_row(TaskResponse))
        if not rows:
            raise HTTPException(404, "no such task")
        return answer(rows[0])

    async def get(self, request):
        return await self.one(
            f"SELECT {COLUMNS} FROM owned_tasks WHERE id = %s AND user_id = %s", [self.id(request), self.user]
        )

    async def put(self, request):
        changes = msgspec.structs.asdict(await read(request, TaskUpdate))
        changes = {name: value for name, value in changes.items() if value is not msgspec.UNSET}
        if not changes:
            return await self.get(request)
        assignments = sql.SQL(", ").join(sql.SQL("{} = %s").format(sql.Identifier(name)) for name in changes)
        return await self.one(
            sql.SQL("UPDATE owned_tasks SET {} WHERE id = %s AND user_id = %s RETURNING " + COLUMNS).format(assignments),
            [*changes.values(), self.id(request), self.user],
        )

    async def delete(self, request):
        if not await query("DELETE FROM owned_tasks WHERE id = %s AND user_id = %s", [self.id(request), self.user]):
            raise HTTPException(404, "no such task")
        return Response(status_code=204)


async def health(_):
    return answer({"status": "ok"})


async def register(request):
    account = await read(request, Account)
    rows = await query(
        "INSERT INTO users (username, secret) VALUES (%s, %s) ON CONFLICT DO NOTHING RETURNING id, username",
        [account.username, await asyncio.to_thread(tokens.lock, account.password)],
    )
    if not rows:
        raise HTTPException(409, "taken")
    return answer({"id": str(rows[0]["id"]), "username": rows[0]["username"]}, 201)


async def token(request):
    form = parse_qs((await request.body()).decode("utf-8", "replace"), keep_blank_values=True)
    name, password = (form.get(key, [""])[0] for key in ("username", "password"))
    rows = await query("SELECT id, secret FROM users WHERE username = %s", [name])
    good = await asyncio.to_thread(tokens.fits, password, rows[0]["secret"] if rows else tokens.NOBODY)
    if not good or not rows:
        raise HTTPException(401, "no")
    return answer({"access_token": tokens.issue(str(rows[0]["id"])), "token_type": "bearer"})


for path, endpoint, methods in (
    ("/health", health, ["GET"]),
    ("/auth/register", register, ["POST"]),
    ("/auth/token", token, ["POST"]),
    ("/tasks", Tasks, None),
    ("/tasks/{task_id}", Task, None),
):
    app.add_route(path, endpoint, methods)


def openapi():
    """Describe by hand what FastAPI cannot see."""
    guarded = {"security": [{"token": []}], "responses": {"200": {"description": "OK"}, "401": {"description": "No"}}}
    ok = {"responses": {"200": {"description": "OK"}}}
    return {
        "openapi": "3.1.0",
        "info": {"title": app.title, "version": app.version},
        "paths": {
            "/health": {"get": ok},
            "/auth/register": {"post": ok},
            "/auth/token": {"post": ok},
            "/tasks": dict.fromkeys(("get", "post"), guarded),
            "/tasks/{task_id}": {
                "parameters": [{"name": "task_id", "in": "path", "required": True, "schema": {"type": "integer"}}],
                **dict.fromkeys(("get", "put", "delete"), guarded),
            },
        },
        "components": {"securitySchemes": {"token": {"type": "http", "scheme": "bearer", "bearerFormat": "JWT"}}},
    }


app.openapi = openapi
