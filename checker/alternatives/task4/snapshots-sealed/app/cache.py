"""Tasks in Redis, judged by PostgreSQL's own idea of what is visible.

entry    task:ID          seal (32 bytes) + JSON of {"snapshot": "xmin:xmax:xip,...", "task": {...}}, 300 s
changes  task:ID:changes  sorted set of the transactions that changed the task, by time, 900 s

Anybody may write an entry at any time, but it only counts for a reader if the snapshot in which its row was read saw
every transaction in `changes`. The seal tells our own bytes from others.
"""

import hmac
import json
import logging
import time
from typing import Any

from prometheus_client import Counter
from redis import Redis
from redis.backoff import NoBackoff
from redis.exceptions import RedisError, ResponseError
from redis.retry import Retry
from sqlalchemy import Row, text
from sqlalchemy.orm import Session

from app.config import Settings
from app.schemas import TaskResponse

log = logging.getLogger(__name__)
LIFE, MEMORY = 300, 900
READS = {
    True: Counter("task_cache_hits_total", "Served from Redis"),
    False: Counter("task_cache_misses_total", "Read from the database"),
}
ROW = text("SELECT id, title, description, status, created_at, updated_at, pg_current_snapshot()::text AS snapshot"
           " FROM tasks WHERE id = :id")  # fmt: skip


class Cache:
    """One per process."""

    def __init__(self, settings: Settings) -> None:
        self._secret = b"task cache" + settings.jwt_secret.encode()
        self._redis = Redis.from_url(
            settings.redis_url, socket_timeout=8, socket_connect_timeout=1, retry=Retry(NoBackoff(), 1)
        )

    def read(self, db: Session, task_id: int) -> dict[str, Any] | None:
        """Return the task as JSON has it, or None where there is no such task."""
        task = self._from_redis(task_id)
        READS[task is not None].inc()
        if task is None and (row := db.execute(ROW, {"id": task_id}).one_or_none()) is not None:
            db.rollback()  # the connection is free while Redis is spoken to
            task = TaskResponse.model_validate(row).model_dump(mode="json")
            self._to_redis(task_id, row, task)
        return task

    def changed(self, task_id: int, transaction: str) -> None:
        """Remember a transaction that has changed the task and is committed."""
        for _ in range(2):
            now = time.time()
            try:
                with self._redis.pipeline() as pipe:
                    pipe.zadd(f"task:{task_id}:changes", {transaction: now})
                    pipe.zremrangebyscore(f"task:{task_id}:changes", "-inf", now - MEMORY)
                    pipe.expire(f"task:{task_id}:changes", MEMORY)
                    pipe.delete(f"task:{task_id}")
                    pipe.execute()
            except ResponseError:  # of another type
                self._drop(task_id)
            except RedisError as error:
                log.warning("change %s of task %s is not in Redis: %s", transaction, task_id, error)
                return
            else:
                return

    def _from_redis(self, task_id: int) -> dict[str, Any] | None:
        try:
            with self._redis.pipeline() as pipe:
                pipe.get(f"task:{task_id}").zrange(f"task:{task_id}:changes", 0, -1)
                raw, changes = pipe.execute()
        except ResponseError:  # of another type
            self._drop(task_id)
            return None
        except RedisError as error:
            log.warning("task %s: %s", task_id, error)
            return None
        if raw is None:
            return None
        seal, body = raw[:32], raw[32:]
        if not hmac.compare_digest(seal, self._seal(task_id, body)):
            log.warning("task %s: the entry is not ours", task_id)
            return None
        entry = json.loads(body)
        try:
            current = all(saw(entry["snapshot"], int(change)) for change in changes)
        except ValueError:  # not ours
            self._drop(task_id)
            return None
        task: dict[str, Any] = entry["task"]
        return task if current else None

    def _to_redis(self, task_id: int, row: Row[Any], task: dict[str, Any]) -> None:
        body = json.dumps({"snapshot": row.snapshot, "task": task}).encode()
        try:
            self._redis.set(f"task:{task_id}", self._seal(task_id, body) + body, ex=LIFE)
        except RedisError as error:
            log.warning("task %s: %s", task_id, error)

    def _drop(self, task_id: int) -> None:
        try:
            self._redis.delete(f"task:{task_id}", f"task:{task_id}:changes")
        except RedisError as error:
            log.warning("task %s: %s", task_id, error)

    def _seal(self, task_id: int, body: bytes) -> bytes:
        return hmac.digest(self._secret, b"%d:%s" % (task_id, body), "sha256")


def saw(snapshot: str, transaction: int) -> bool:
    """Whether a snapshot sees what a committed transaction did."""
    xmin, xmax, running = snapshot.split(":")
    if transaction < int(xmin):
        return True
    return transaction < int(xmax) and str(transaction) not in running.split(",")


def commit(db: Session) -> str:
    """Commit what a session has changed and return the number of its transaction."""
    db.flush()
    transaction: str = db.execute(text("SELECT pg_current_xact_id()::text")).scalar_one()
    db.commit()
    return transaction
