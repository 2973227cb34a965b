"""Copies of tasks in Redis: looked up before the database, dropped after every change.

A reader that finds no copy reads the row and stores one. The row may change between the two, and the copy of the old
row would then outlive the change. So a change also gives the task a new version, and a reader stores its copy only
where the version is the one that it saw before it read the row.

Nothing depends on Redis: where it cannot be asked, or answers what is no task, the database is.
"""

import logging
from collections.abc import Callable
from functools import lru_cache
from uuid import uuid4

from prometheus_client import Counter
from pydantic import ValidationError
from redis import Redis, RedisError
from redis.backoff import NoBackoff
from redis.retry import Retry

from app.config import get_settings
from app.schemas import OwnedTask

logger = logging.getLogger(__name__)

TTL_SECONDS = 300
# A reader that takes longer than this from its look-up to its copy could miss that the task has changed.
VERSION_SECONDS = 600
# Redis answers within a millisecond; whatever takes longer than this is slower than the database.
TIMEOUT_SECONDS = 0.3

# KEYS: version, copy. ARGV: the version that was seen, the copy, its seconds.
STORE = """
if (redis.call('GET', KEYS[1]) or '') == ARGV[1] then
  redis.call('SET', KEYS[2], ARGV[2], 'EX', ARGV[3])
end
"""

HITS = Counter("task_cache_hits", "Tasks that were read from Redis")
MISSES = Counter("task_cache_misses", "Tasks that Redis had no copy of")


class TaskCache:
    """Keeps copies of tasks in one Redis, for all processes that use it."""

    def __init__(self, url: str) -> None:
        # One retry, at once: after a restart of Redis the connections in the pool are dead, but new ones work.
        self._redis = Redis.from_url(
            url,
            socket_timeout=TIMEOUT_SECONDS,
            socket_connect_timeout=TIMEOUT_SECONDS,
            retry=Retry(NoBackoff(), retries=1),
        )
        self._store_if_current = self._redis.register_script(STORE)

    def read(self, task_id: int, load: Callable[[], OwnedTask]) -> OwnedTask:
        """Return the copy of a task, or what `load` reads from the database; what `load` raises is not kept."""
        try:
            copy, version = self._redis.mget(copy_key(task_id), version_key(task_id))
        except RedisError as error:
            logger.warning("task %d is read past the cache: %s", task_id, error)
            MISSES.inc()
            return load()
        task = parse(copy, task_id)
        if task is not None:
            HITS.inc()
            return task
        MISSES.inc()
        task = load()
        self._store(task, version or b"")
        return task

    def drop(self, task_id: int) -> None:
        """Forget a task after its change was committed, and let no reader store a copy from before it."""
        try:
            with self._redis.pipeline() as pipeline:
                pipeline.set(version_key(task_id), uuid4().hex, ex=VERSION_SECONDS)
                pipeline.delete(copy_key(task_id))
                pipeline.execute()
        except RedisError as error:
            logger.warning("task %d stays in the cache: %s", task_id, error)

    def _store(self, task: OwnedTask, version: bytes | str) -> None:
        try:
            self._store_if_current(
                keys=[version_key(task.id), copy_key(task.id)], args=[version, task.model_dump_json(), TTL_SECONDS]
            )
        except RedisError as error:
            logger.warning("task %d is not cached: %s", task.id, error)


@lru_cache
def get_cache() -> TaskCache:
    """Return the cache that everything in this process shares."""
    return TaskCache(get_settings().redis_url)


def parse(copy: bytes | str | None, task_id: int) -> OwnedTask | None:
    """Return the task that Redis gave, or None where it gave nothing or something else."""
    if copy is None:
        return None
    try:
        task = OwnedTask.model_validate_json(copy)
    except ValidationError:
        logger.warning("the copy of task %d cannot be read", task_id)
        return None
    return task if task.id == task_id else None


def copy_key(task_id: int) -> str:
    """Return the key that holds the copy of a task."""
    return f"task:{task_id}"


def version_key(task_id: int) -> str:
    """Return the key that holds the version of a task; there is none as long as it has not changed."""
    return f"task:{task_id}:version"
