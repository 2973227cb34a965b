"""A cache that is filled while the row is locked FOR SHARE, so no change can come between reading and writing."""

import logging
import pickle
from functools import lru_cache
from typing import Any

import redis
from prometheus_client import Counter
from redis.backoff import NoBackoff
from redis.retry import Retry

from app.config import get_settings

LOG = logging.getLogger(__name__)
FIVE_MINUTES = 5 * 60
HITS = Counter("task_cache_hits_total", "hits")
MISSES = Counter("task_cache_misses_total", "misses")


@lru_cache
def server() -> redis.Redis:
    """Return the client of this process."""
    url = get_settings().redis_url
    return redis.Redis.from_url(url, socket_timeout=0.5, retry=Retry(NoBackoff(), 1), health_check_interval=15)


def get(task_id: int) -> dict[str, Any] | None:
    """Return the cached columns of a task."""
    found = None
    try:
        raw = server().get(f"task-{task_id}")
        found = None if raw is None else pickle.loads(raw)
    except redis.RedisError:
        LOG.warning("Redis does not answer", exc_info=True)
    except Exception:  # bytes that are no pickle raise whatever they like
        LOG.warning("entry of task %s cannot be unpickled", task_id)
    if isinstance(found, dict) and found.get("id") == task_id and "updated_at" in found:
        HITS.inc()
        return found
    MISSES.inc()
    return None


def put(task_id: int, columns: dict[str, Any]) -> None:
    """Cache the columns of a task; call it while its row is locked."""
    try:
        server().setex(f"task-{task_id}", FIVE_MINUTES, pickle.dumps(columns))
    except redis.RedisError:
        LOG.warning("Redis does not answer", exc_info=True)


def evict(task_id: int) -> None:
    """Forget a task."""
    try:
        server().delete(f"task-{task_id}")
    except redis.RedisError:
        LOG.warning("Redis does not answer", exc_info=True)
