"""What Redis knows of tasks.

The key of an entry names the version of the task, which PostgreSQL counts in `task_versions` within the transaction
of the change. So nothing has to be removed from Redis: an entry that is out of date is not asked for any more.
"""

import logging

from prometheus_client import CollectorRegistry, Counter
from redis import Redis, RedisError
from redis.backoff import NoBackoff
from redis.retry import Retry
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.models import Task, TaskVersion
from app.schemas import TaskResponse

logger = logging.getLogger(__name__)
registry = CollectorRegistry()
hits = Counter("task_cache_hits", "GETs of a task served from Redis", registry=registry)
misses = Counter("task_cache_misses", "GETs of a task that read the database", registry=registry)


def connect(url: str) -> Redis:
    """Return a client that gives up at once where nobody listens."""
    return Redis.from_url(url, socket_connect_timeout=1, socket_timeout=5, retry=Retry(NoBackoff(), 1))


def read_task(redis: Redis, db: Session, task_id: int) -> TaskResponse | None:
    """Return a task from Redis or, where that fails, from the table."""
    version = db.scalar(select(TaskVersion.version).where(TaskVersion.task_id == task_id)) or 0
    key = f"task:{task_id}@{version}"
    if (cached := _load(redis, key, task_id)) is not None:
        hits.inc()
        return cached
    misses.inc()
    task = db.get(Task, task_id)
    if task is None:
        return None
    response = TaskResponse.model_validate(task)
    try:
        redis.setex(key, 300, response.model_dump_json())
    except RedisError:
        logger.warning("Redis does not take %s", key)
    return response


def _load(redis: Redis, key: str, task_id: int) -> TaskResponse | None:
    try:
        raw = redis.get(key)
        task = TaskResponse.model_validate_json(raw) if raw is not None else None
    except (RedisError, ValueError):
        logger.warning("Redis does not give %s", key)
        return None
    return task if task and task.id == task_id else None
