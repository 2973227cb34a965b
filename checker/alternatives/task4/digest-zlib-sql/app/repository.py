"""Tasks by plain SQL, and compressed in Redis under names that tell nothing."""

import hashlib
import zlib
from contextlib import suppress
from typing import Any

import orjson
import redis
from prometheus_client import Counter
from psycopg.rows import dict_row
from psycopg_pool import ConnectionPool
from redis.backoff import NoBackoff
from redis.retry import Retry

from app.config import get_settings
from app.schemas import TaskResponse

HIT, MISS = Counter("task_cache_hits", "-"), Counter("task_cache_misses", "-")
COLUMNS = "id, title, description, status, created_at, updated_at"
pool = ConnectionPool(
    get_settings().database_url.replace("+psycopg", ""),
    min_size=1,
    max_size=8,
    open=False,
    kwargs={"row_factory": dict_row},
)
cache = redis.Redis.from_url(
    get_settings().redis_url, socket_timeout=0.3, socket_connect_timeout=0.3, retry=Retry(NoBackoff(), 1)
)


def name(kind: str, task_id: int) -> str:
    return hashlib.sha1(f"{kind}/{task_id}".encode()).hexdigest()


def sql(statement: str, *values: object) -> list[dict[str, Any]]:
    with pool.connection() as connection:
        cursor = connection.execute(statement, values)
        return cursor.fetchall() if cursor.description else []


def one(task_id: int) -> dict[str, Any] | None:
    try:
        with cache.pipeline() as pipe:
            pipe.watch(name("changed", task_id))
            task = unpack(pipe.get(name("task", task_id)))
            (MISS if task is None else HIT).inc()
            if task is None:
                task = stored(task_id)
                if task is not None:
                    pipe.multi()
                    pipe.setex(name("task", task_id), 300, zlib.compress(orjson.dumps(task)))
                    with suppress(redis.WatchError):
                        pipe.execute()
            return task
    except redis.ResponseError:  # another type stands there
        MISS.inc()
        with suppress(redis.RedisError):
            cache.delete(name("task", task_id))
        return stored(task_id)  # the next reader writes it, watching
    except redis.RedisError:
        MISS.inc()
        return stored(task_id)


def unpack(entry: bytes | None) -> dict[str, Any] | None:
    try:
        return TaskResponse.model_validate_json(zlib.decompress(entry or b"")).model_dump(mode="json")
    except (zlib.error, ValueError):
        return None


def stored(task_id: int) -> dict[str, Any] | None:
    rows = sql(f"SELECT {COLUMNS} FROM tasks WHERE id = %s", task_id)
    return TaskResponse.model_validate(rows[0]).model_dump(mode="json") if rows else None


def many(status: str | None, skip: int, limit: int) -> list[dict[str, Any]]:
    where, values = ("WHERE status = %s", [status]) if status else ("", [])
    return sql(f"SELECT {COLUMNS} FROM tasks {where} ORDER BY id OFFSET %s LIMIT %s", *values, skip, limit)


def add(title: str, description: str | None) -> dict[str, Any]:
    return sql(f"INSERT INTO tasks (title, description) VALUES (%s, %s) RETURNING {COLUMNS}", title, description)[0]


def change(task_id: int, **fields: object) -> dict[str, Any] | None:
    assignments = "".join(f"{field} = %s, " for field in fields)
    rows = sql(
        f"UPDATE tasks SET {assignments} updated_at = now() WHERE id = %s RETURNING {COLUMNS}",
        *fields.values(),
        task_id,
    )
    changed(task_id)
    return rows[0] if rows else None


def remove(task_id: int) -> bool:
    rows = sql("DELETE FROM tasks WHERE id = %s RETURNING id", task_id)
    changed(task_id)
    return bool(rows)


def changed(task_id: int) -> None:
    with suppress(redis.RedisError), cache.pipeline() as pipe:
        pipe.incr(name("changed", task_id))
        pipe.expire(name("changed", task_id), 3600)
        pipe.delete(name("task", task_id))
        pipe.execute()
