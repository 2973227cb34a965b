"""Tasks in Redis, filled under WATCH: a fill is given up when the task changed since its row was read.

Each change counts up the task's version and drops its entry, in one transaction, after the commit. A reader notes the
version before it reads the row, and the fill goes through only if the version is still that one when it is written.
"""

from __future__ import annotations

import json
import logging
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any

from prometheus_client import Counter
from redis import Redis
from redis.backoff import NoBackoff
from redis.exceptions import RedisError, ResponseError, WatchError
from redis.retry import Retry

from app.config import get_settings

logger = logging.getLogger(__name__)

TTL = 5 * 60
VERSION_TTL = 24 * 3600
FIELDS = ("id", "title", "description", "status", "created_at", "updated_at")

hits = Counter("task_cache_hits_total", "Lookups answered from Redis", ["endpoint"])
misses = Counter("task_cache_misses_total", "Lookups answered from PostgreSQL", ["endpoint"])


@lru_cache
def connection() -> Redis:
    """Return the client of this process."""
    return Redis.from_url(
        get_settings().redis_url, decode_responses=False, socket_timeout=0.6, retry=Retry(NoBackoff(), 1)
    )


@dataclass(frozen=True)
class Lookup:
    """What a reader found: the task, or the version under which it may write it."""

    task: dict[str, Any] | None
    version: bytes | None = None
    writable: bool = False


def entry(task_id: int) -> str:
    return f"{{task:{task_id}}}:json"


def version(task_id: int) -> str:
    return f"{{task:{task_id}}}:version"


def look_up(task_id: int) -> Lookup:
    """Look for a task; count a hit or a miss."""
    found = _read(task_id)
    counter = misses if found.task is None else hits
    counter.labels(endpoint="get_task").inc()
    return found


def _read(task_id: int) -> Lookup:
    redis = connection()
    try:
        number = redis.get(version(task_id))
        try:
            raw = redis.get(entry(task_id))
        except ResponseError:
            raw = None
    except RedisError as error:
        logger.warning("no cache: %s", error)
        return Lookup(None)
    return Lookup(_decode(raw), number, writable=True)


def _decode(raw: bytes | None) -> dict[str, Any] | None:
    if raw is None:
        return None
    with suppress(ValueError, TypeError, KeyError, RecursionError):
        task = json.loads(raw)
        datetime.fromisoformat(task["created_at"]), datetime.fromisoformat(task["updated_at"])
        if set(task) == set(FIELDS) and isinstance(task["id"], int) and isinstance(task["title"], str):
            return task
    return None


def fill(task: dict[str, Any], seen: Lookup) -> None:
    """Write a task that was read after `seen`, unless it was changed since."""
    if not seen.writable:
        return
    try:
        with connection().pipeline() as pipe:
            pipe.watch(version(task["id"]))
            if pipe.get(version(task["id"])) != seen.version:
                return
            pipe.multi()
            pipe.set(entry(task["id"]), json.dumps(task), ex=TTL)
            pipe.execute()
    except WatchError:
        logger.info("task %s changed while it was read", task["id"])
    except RedisError as error:
        logger.warning("not cached: %s", error)


def changed(task_id: int) -> None:
    """Drop a task that has just been changed, and spoil the fills that are under way."""
    try:
        with connection().pipeline(transaction=True) as pipe:
            pipe.incr(version(task_id)).expire(version(task_id), VERSION_TTL).delete(entry(task_id)).execute()
    except RedisError as error:
        logger.warning("not dropped: %s", error)
