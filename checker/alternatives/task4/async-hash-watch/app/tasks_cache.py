"""One hash a task; a counter beside it is WATCHed while the row is read."""

from collections.abc import Awaitable, Callable

from prometheus_client import Counter
from pydantic import ValidationError
from redis.asyncio import Redis
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import RedisError, WatchError

from app.config import get_settings
from app.schemas import TaskResponse

FIVE_MINUTES = 300
hits = Counter("task_cache_hits", "hits", ["endpoint"])
misses = Counter("task_cache_misses", "misses", ["endpoint"])
redis: Redis = Redis.from_url(
    get_settings().redis_url, socket_timeout=0.5, socket_connect_timeout=0.5, retry=Retry(NoBackoff(), 1)
)


def names(task_id: int) -> tuple[str, str]:
    return f"tasks/{task_id}", f"tasks/{task_id}/changes"


async def read(task_id: int) -> TaskResponse | None:
    try:
        fields = await redis.hgetall(names(task_id)[0])
        found = TaskResponse.model_validate({key.decode(): value.decode() for key, value in fields.items()} | (
            {} if b"description" in fields else {"description": None}
        )) if fields else None
    except (RedisError, UnicodeDecodeError, ValidationError):
        found = None
    (hits if found else misses).labels("get_task").inc()
    return found


async def fill(task_id: int, load: Callable[[], Awaitable[TaskResponse]]) -> TaskResponse:
    name, changes = names(task_id)
    task = None
    try:
        async with redis.pipeline() as pipe:
            await pipe.watch(changes)
            task = await load()
            fields = {k: str(v) for k, v in task.model_dump(mode="json").items() if v is not None}
            pipe.multi()
            pipe.delete(name)
            pipe.hset(name, mapping=fields)
            pipe.expire(name, FIVE_MINUTES)
            await pipe.execute()
    except WatchError:
        pass
    except RedisError:
        task = task or await load()
    return task


async def forget(task_id: int) -> None:
    name, changes = names(task_id)
    try:
        async with redis.pipeline(transaction=True) as pipe:
            pipe.incr(changes)
            pipe.delete(name)
            await pipe.execute()
    except RedisError:
        pass
