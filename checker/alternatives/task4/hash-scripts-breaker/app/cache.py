"""Tasks as Redis hashes of MessagePack, read and written by three scripts.

Every change of a task leaves a new stamp; a reader takes the stamp along and its fill is refused under another one.
Reads and fills go through a circuit breaker. A change is always announced: a stale entry is worse than a delay.
"""

import logging
import uuid
from datetime import datetime
from functools import lru_cache
from typing import Any, NamedTuple

import msgpack
import redis
from prometheus_client import Counter
from redis.backoff import NoBackoff
from redis.commands.core import Script
from redis.retry import Retry

from app.breaker import Breaker
from app.config import get_settings

logger = logging.getLogger(__name__)

TTL_MS = 300_000
STAMP_TTL_S = 3600
HITS = Counter("task_cache_hits", "GETs answered from Redis")
MISSES = Counter("task_cache_misses", "GETs that went to the database")

READ = """
local stamp = redis.call('GET', KEYS[2]) or ''
if redis.call('TYPE', KEYS[1]).ok ~= 'hash' then return {stamp} end
return {stamp, redis.call('HGET', KEYS[1], 'task') or ''}
"""
FILL = """
if (redis.call('GET', KEYS[2]) or '') ~= ARGV[1] then return 0 end
redis.call('DEL', KEYS[1])
redis.call('HSET', KEYS[1], 'task', ARGV[2])
return redis.call('PEXPIRE', KEYS[1], ARGV[3])
"""
CHANGE = """
redis.call('SET', KEYS[2], ARGV[1], 'EX', ARGV[2])
return redis.call('DEL', KEYS[1])
"""


class Found(NamedTuple):
    """A task, or the stamp under which it may be filled in (None: do not try)."""

    task: dict[str, Any] | None
    stamp: bytes | None


class Cache:
    """The cache of one process."""

    def __init__(self, url: str) -> None:
        self._redis = redis.Redis.from_url(
            url, socket_connect_timeout=0.3, socket_timeout=0.3, retry=Retry(NoBackoff(), 1)
        )
        self._read, self._fill, self._change = map(self._redis.register_script, (READ, FILL, CHANGE))
        self._breaker = Breaker(2.0)

    def get(self, task_id: int) -> Found:
        """Return what is there, and count it."""
        answer = self._run(self._read, task_id)
        if answer is None:
            found = Found(None, None)
        else:
            found = Found(unpack(answer[1]) if len(answer) > 1 else None, answer[0])
        (MISSES if found.task is None else HITS).inc()
        return found

    def fill(self, task: dict[str, Any], stamp: bytes | None) -> None:
        """Write a task that was read after its stamp was."""
        if stamp is not None:
            self._run(self._fill, task["id"], stamp, msgpack.packb(task, datetime=True), TTL_MS)

    def change(self, task_id: int) -> None:
        """Drop a task after its change was committed."""
        self._run(self._change, task_id, uuid.uuid4().bytes, STAMP_TTL_S, always=True)

    def _run(self, script: Script, task_id: int, *args: object, always: bool = False) -> Any:
        if self._breaker.open and not always:
            return None
        try:
            return script([f"t:{task_id}", f"t:{task_id}:stamp"], args)
        except (redis.ConnectionError, redis.TimeoutError) as error:
            logger.warning("Redis is away: %s", error)
            self._breaker.trip()
        except redis.RedisError:
            logger.exception("Redis refused")
        return None


def unpack(raw: bytes) -> dict[str, Any] | None:
    """Return the task in an entry, or None where it holds something else."""
    try:
        task = msgpack.unpackb(raw, timestamp=3)
    except Exception:  # whatever strange bytes provoke, the entry is of no use
        return None
    whole = isinstance(task, dict) and isinstance(task.get("updated_at"), datetime) and len(task) == 6
    return task if whole else None


@lru_cache
def get_cache() -> Cache:
    """Return the cache that the process shares."""
    return Cache(get_settings().redis_url)
