"""Tasks in Redis, by generation.

`gen:<id>` names the generation of a task that may be believed (a random token, kept for good); `task:<id>:<token>` holds
the task for five minutes. A change removes the pointer. A reader takes the pointer before it reads the database and writes
under that token, so what a slow reader writes lands where nobody looks any more.
The counters are in Redis as well, so that they are those of all processes.
"""

import logging
import secrets
import zlib
from collections.abc import Iterable
from functools import lru_cache

from redis import Redis
from redis.backoff import NoBackoff
from redis.exceptions import RedisError, ResponseError
from redis.retry import Retry

from app.config import get_settings
from app.schemas import TaskResponse

logger = logging.getLogger(__name__)
TTL = 300
STATS = "task-cache:stats"


class TaskCache:
    """What may go wrong in Redis is logged here and goes no further."""

    def __init__(self, url: str) -> None:
        self._redis = Redis.from_url(
            url, socket_connect_timeout=1, socket_timeout=8, retry=Retry(NoBackoff(), 1), client_name="tasks"
        )

    def look(self, task_id: int) -> tuple[TaskResponse | None, bytes | None]:
        """Return the task, or the key under which the caller may keep it (None where there is no Redis)."""
        try:
            key = b"task:%d:" % task_id + self._generation(task_id)
            found = self._load(task_id, key)
            self._count("hits" if found else "misses")
        except RedisError as error:
            logger.warning("Redis could not be read: %s", error)
            return None, None
        return found, key

    def keep(self, key: bytes | None, task: TaskResponse) -> None:
        """Write what was read from the database after look() returned the key."""
        if key is None:
            return
        try:
            self._redis.set(key, zlib.compress(task.model_dump_json().encode()), ex=TTL)
        except RedisError as error:
            logger.warning("Redis could not be written: %s", error)

    def forget(self, task_id: int) -> None:
        """Make what was read of this task so far unreachable; to be called after the commit."""
        self.forget_all([task_id])

    def forget_all(self, task_ids: Iterable[int]) -> None:
        """Forget many at once."""
        keys = [f"gen:{task_id}" for task_id in task_ids]
        try:
            if keys:
                self._redis.delete(*keys)
        except RedisError as error:
            logger.warning("Redis could not be told of a change: %s", error)

    def stats(self) -> dict[str, int]:
        """Return what was counted so far."""
        try:
            return {name.decode(): int(value) for name, value in self._redis.hgetall(STATS).items()}
        except (RedisError, ValueError) as error:
            logger.warning("the counters could not be read: %s", error)
            return {}

    def _generation(self, task_id: int) -> bytes:
        pointer = f"gen:{task_id}"
        try:
            token = self._redis.get(pointer)
        except ResponseError:  # somebody made it another type
            self._redis.delete(pointer)
            token = None
        if token is None:
            fresh = secrets.token_hex(8).encode()
            # Where another reader was faster, its token or (it may be gone again) one that nobody will look up.
            token = fresh if self._redis.set(pointer, fresh, nx=True) else self._redis.get(pointer) or fresh
        return token

    def _load(self, task_id: int, key: bytes) -> TaskResponse | None:
        try:
            raw = self._redis.get(key)
            if raw is None:
                return None
            task = TaskResponse.model_validate_json(zlib.decompress(raw))
        except (ResponseError, zlib.error, ValueError) as error:
            logger.warning("the entry of task %s cannot be read: %s", task_id, error)
            return None
        return task if task.id == task_id else None

    def _count(self, what: str) -> None:
        try:
            self._redis.hincrby(STATS, what, 1)
        except ResponseError:
            self._redis.delete(STATS)
            self._redis.hincrby(STATS, what, 1)


@lru_cache
def get_cache() -> TaskCache:
    """Return the cache of this process; connects with the first command."""
    return TaskCache(get_settings().redis_url)
