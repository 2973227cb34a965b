"""A mutex a task in Redis: whoever fills an entry and whoever changes the task take turns.

It lives longer than the slowest of both, so that one whose owner has died gives way in the end.
"""

import functools
import json
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import Any, ParamSpec, TypeVar

from prometheus_client import Counter
from redis import Redis, RedisError
from redis.backoff import NoBackoff
from redis.exceptions import LockError
from redis.retry import Retry

from app.config import get_settings
from app.schemas import TaskResponse

P, R = ParamSpec("P"), TypeVar("R")
TTL, LOCK_TTL = 298, 20
hits = Counter("task_cache_hits", "served from Redis")
misses = Counter("task_cache_misses", "read from the database")
client = Redis.from_url(
    get_settings().redis_url, socket_timeout=0.5, socket_connect_timeout=0.5, retry=Retry(NoBackoff(), 1)
)


def name_of(task_id: int) -> str:
    return f"cache:task:{task_id}"


@contextmanager
def turn(task_id: int, *, wait: float) -> Iterator[bool]:
    """Tell whether it is this caller's turn; without Redis there are no turns."""
    lock = client.lock(f"turn:task:{task_id}", timeout=LOCK_TTL, sleep=0.01)
    try:
        mine = lock.acquire(blocking=wait > 0, blocking_timeout=wait or None)
    except RedisError:
        mine = False
    try:
        yield mine
    finally:
        if mine:
            with suppress(RedisError, LockError):
                lock.release()


def entry(task_id: int) -> Any:
    try:
        fields = json.loads(client.get(name_of(task_id)) or "null")
        return TaskResponse.model_validate(fields).model_dump(mode="json")
    except (RedisError, ValueError, RecursionError):
        return None


def cached(load: Callable[P, Any]) -> Callable[P, Any]:
    """Serve `load(task_id=…)` from Redis."""

    @functools.wraps(load)
    def through(*args: P.args, **kwargs: P.kwargs) -> Any:
        task_id = int(kwargs["task_id"])
        if (found := entry(task_id)) is not None:
            hits.inc()
            return found
        misses.inc()
        with turn(task_id, wait=0) as mine:
            task = TaskResponse.model_validate(load(*args, **kwargs))
            if mine:
                with suppress(RedisError):
                    client.set(name_of(task_id), task.model_dump_json(), ex=TTL)
        return task

    return through


def changing(change: Callable[P, R]) -> Callable[P, R]:
    """Let `change(task_id=…)`, which commits, have its turn, and forget the task before its end."""

    @functools.wraps(change)
    def through(*args: P.args, **kwargs: P.kwargs) -> R:
        task_id = int(kwargs["task_id"])
        with turn(task_id, wait=6):
            result = change(*args, **kwargs)
            forget(task_id)
        return result

    return through


def forget(task_id: int) -> None:
    for _ in range(2):
        with suppress(RedisError):
            client.delete(name_of(task_id))
            return
        time.sleep(0.01)
