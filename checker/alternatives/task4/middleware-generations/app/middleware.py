"""Keeps whole answers, pickled, under names that carry the task's generation; a change begins a new one."""

import logging
import os
import pickle
import re

from fastapi import FastAPI, Request, Response
from prometheus_client import Counter
from redis import asyncio as aioredis
from redis.asyncio.retry import Retry
from redis.backoff import ConstantBackoff
from redis.exceptions import RedisError
from starlette.concurrency import iterate_in_threadpool  # noqa: F401

log = logging.getLogger("cache")
PATH = re.compile(r"/tasks/(\d+)")
RESULTS = {"hit": Counter("task_cache_hits", "Answers from Redis", ["via"]).labels("middleware"),
           "miss": Counter("task_cache_misses", "Answers from the application", ["via"]).labels("middleware")}
pool = aioredis.from_url(
    os.environ["REDIS_URL"],
    socket_timeout=0.5,
    socket_connect_timeout=0.5,
    retry=Retry(ConstantBackoff(0.05), 2),
)


async def ask(coroutine):
    try:
        return await coroutine
    except RedisError as error:
        log.info("no Redis: %s", error)
        return NOTHING


NOTHING = object()


def readable(entry: bytes | None) -> tuple[int, dict[str, str], bytes] | None:
    try:
        status, headers, body = pickle.loads(entry or b"")
        assert status == 200 and isinstance(headers, dict) and body.startswith(b'{"id":')
    except Exception:
        return None
    return status, headers, body


def install(app: FastAPI) -> None:
    @app.middleware("http")
    async def cache(request: Request, call_next):
        found = PATH.fullmatch(request.url.path)
        if not found or request.method not in {"GET", "PUT", "DELETE"}:
            return await call_next(request)
        task_id = int(found[1])
        if request.method != "GET":
            response = await call_next(request)
            if response.status_code < 300:
                await ask(pool.incr(f"task:{task_id}:generation"))
            return response
        return await serve(task_id, request, call_next)


async def serve(task_id: int, request: Request, call_next) -> Response:
    generation = await ask(pool.get(f"task:{task_id}:generation"))
    if generation is NOTHING:
        RESULTS["miss"].inc()
        return await call_next(request)
    name = f"task:{task_id}:{(generation or b'0').decode(errors='replace')}:answer"
    kept = await ask(pool.get(name))
    answer = readable(None if kept is NOTHING else kept)
    if answer:
        RESULTS["hit"].inc()
        return Response(answer[2], answer[0], answer[1])
    RESULTS["miss"].inc()
    response = await call_next(request)
    body = b"".join([part async for part in response.body_iterator])
    if response.status_code == 200:
        entry = pickle.dumps((200, {"content-type": response.headers["content-type"]}, body))
        await ask(pool.set(name, entry, ex=300))
    return Response(body, response.status_code, dict(response.headers))
