"""Every writer puts the task into Redis; the highest version of a task wins, whoever comes last."""

import orjson
from prometheus_client import Counter
from pydantic import ValidationError
from redis import Redis, RedisError
from redis.backoff import NoBackoff
from redis.retry import Retry

from app.config import get_settings
from app.models import Task
from app.schemas import TaskResponse

hits = Counter("task_cache_hits_total", "hits")
misses = Counter("task_cache_misses_total", "misses")
GONE = 2**53
connection = Redis.from_url(
    get_settings().redis_url, socket_timeout=0.4, socket_connect_timeout=0.4, retry=Retry(NoBackoff(), 1)
)
put_newer = connection.register_script("""
local there = redis.call('TYPE', KEYS[1]).ok == 'string' and redis.call('GET', KEYS[1])
if there then
  local readable, old = pcall(cjson.decode, there)
  if readable and type(old) == 'table' and type(old.version) == 'number' and old.version > tonumber(ARGV[1]) then
    return 0
  end
end
redis.call('SET', KEYS[1], ARGV[2], 'EX', 300)
return 1
""")


def look(task_id: int) -> TaskResponse | None:
    try:
        entry = orjson.loads(connection.get(f"task-{task_id}") or b"null")
        task = TaskResponse.model_validate(entry["task"]) if entry and entry["task"] else None
    except (RedisError, ValueError, TypeError, KeyError, ValidationError):
        task = None
    (misses if task is None else hits).inc()
    return task


def write(task: Task) -> None:
    shown = TaskResponse.model_validate(task).model_dump(mode="json")
    _write(task.id, task.version, shown)


def bury(task_id: int) -> None:
    _write(task_id, GONE, None)


def _write(task_id: int, version: int, shown: object) -> None:
    try:
        put_newer(keys=[f"task-{task_id}"], args=[version, orjson.dumps({"version": version, "task": shown})])
    except RedisError:
        pass
