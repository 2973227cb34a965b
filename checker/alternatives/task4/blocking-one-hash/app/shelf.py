"""All tasks in one hash, and in another how often each has changed."""

import json
from typing import Any

import redis
from prometheus_client import Counter
from redis.backoff import NoBackoff
from redis.retry import Retry

from app.config import get_settings

SHELF, CHANGES = "shelf", "shelf:changes"
found = Counter("task_cache_hits_total", "-")
not_found = Counter("task_cache_misses_total", "-")
r = redis.Redis.from_url(
    get_settings().redis_url,
    socket_timeout=0.3,
    socket_connect_timeout=0.3,
    retry=Retry(NoBackoff(), 1),
)
shelve = r.register_script("""
for i, name in ipairs({KEYS[1], KEYS[2]}) do
  local kind = redis.call('TYPE', name).ok
  if kind ~= 'hash' and kind ~= 'none' then redis.call('DEL', name) end
end
if (redis.call('HGET', KEYS[2], ARGV[1]) or '0') == ARGV[2] then
  redis.call('HSET', KEYS[1], ARGV[1], ARGV[3])
  redis.call('EXPIRE', KEYS[1], 300)
end
""")


def take(task_id: int) -> tuple[dict[str, Any] | None, bytes | None]:
    """Return the task and how often it has changed; None for what Redis does not tell."""
    task = changes = None
    try:
        changes = r.hget(CHANGES, task_id) or b"0"
        task = json.loads(r.hget(SHELF, task_id) or b"null")
        assert task is None or (task["id"] == task_id and len(task) == 6 and isinstance(task["title"], str))
    except Exception:
        task = None
    (not_found if task is None else found).inc()
    return task, changes


def put(task: dict[str, Any], changes: bytes | None) -> None:
    if changes is not None:
        quietly(shelve, keys=[SHELF, CHANGES], args=[task["id"], changes, json.dumps(task)])


def clear(task_id: int) -> None:
    with r.pipeline() as both:
        both.hincrby(CHANGES, task_id)
        both.hdel(SHELF, task_id)
        quietly(both.execute, raise_on_error=False)


def quietly(do: Any, **how: Any) -> None:
    try:
        do(**how)
    except redis.RedisError as error:
        print(f"WARNING no cache: {error}", flush=True)
