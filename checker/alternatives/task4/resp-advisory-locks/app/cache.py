"""Tasks in Redis. Readers who fill hold a shared advisory lock, changers an exclusive one, until they commit."""

import logging
from functools import lru_cache

from pydantic import ValidationError
from sqlalchemy import text
from sqlalchemy.orm import Session

from app.config import get_settings
from app.metrics import count
from app.resp import Client, RedisReplyError, RedisUnavailableError, Reply
from app.schemas import TaskResponse

logger = logging.getLogger(__name__)

LOCK_CLASS = 7416
TTL = 300


@lru_cache
def client() -> Client:
    """Return the client of this process."""
    return Client(get_settings().redis_url)


def ask(*words: str | bytes | int) -> Reply:
    """Send a command; no answer is None."""
    try:
        return client().call(*words)
    except (RedisUnavailableError, RedisReplyError) as error:
        logger.warning("%s: %s", words[0], error)
        return None


def read(task_id: int) -> TaskResponse | None:
    """Return a cached task and count how it went."""
    raw = ask("GET", f"task:{task_id}")
    try:
        task = TaskResponse.model_validate_json(raw) if isinstance(raw, bytes) else None
    except ValidationError:
        task = None
    count("task_cache_misses_total" if task is None else "task_cache_hits_total")
    return task


def write(task: TaskResponse) -> None:
    """Cache a task; needs the shared lock."""
    ask("SET", f"task:{task.id}", task.model_dump_json(), "EX", TTL)


def drop(task_id: int) -> None:
    """Drop a task that was changed."""
    ask("DEL", f"task:{task_id}")


def lock_shared(db: Session, task_id: int) -> None:
    """Wait for changes of a task that are under way, and keep others waiting until the transaction ends."""
    db.execute(text("SELECT pg_advisory_xact_lock_shared(:kind, :id)"), {"kind": LOCK_CLASS, "id": task_id})


def lock_exclusive(db: Session, task_id: int) -> None:
    """Keep a task from being cached until the transaction ends."""
    db.execute(text("SELECT pg_advisory_xact_lock(:kind, :id)"), {"kind": LOCK_CLASS, "id": task_id})
