"""Pages of tasks, read asynchronously."""

import asyncio
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlencode

from sqlalchemy import and_, func, or_, select

from app.database import AsyncSessionLocal
from app.models import Task


class NotACursor(Exception):
    pass


@dataclass
class TaskPage:
    tasks: list
    total: int
    after: str | None
    before: str | None
    kept: dict

    def query(self, cursor):
        return urlencode({"cursor": cursor, **self.kept})


async def read(status, cursor, limit):
    condition = [Task.status == status] if status is not None else []
    older, mark = parse(cursor) if cursor is not None else (True, None)
    tasks, total = await asyncio.gather(stream(condition, older, mark, limit + 1), count(condition))
    more = len(tasks) > limit
    tasks = tasks[:limit] if older else tasks[:limit][::-1]
    kept = {"limit": limit} | ({"status": status.value} if status is not None else {})
    after = name("older", tasks[-1]) if tasks and (more or not older) else None
    before = name("newer", tasks[0]) if tasks and (mark is not None if older else more) else None
    return TaskPage(tasks, total, after, before, kept)


async def stream(condition, older, mark, rows):
    """Fetch from a server-side cursor until there is enough; the query itself has no LIMIT."""
    query = select(Task).where(*condition)
    if mark is not None:
        at, number = mark
        if older:
            query = query.where(Task.created_at <= at, or_(Task.created_at < at, and_(Task.created_at == at, Task.id < number)))
        else:
            query = query.where(Task.created_at >= at, or_(Task.created_at > at, and_(Task.created_at == at, Task.id > number)))
    way = (Task.created_at.desc(), Task.id.desc()) if older else (Task.created_at.asc(), Task.id.asc())
    found = []
    async with AsyncSessionLocal() as session:
        result = await session.stream_scalars(query.order_by(*way).execution_options(yield_per=rows))
        async for task in result:
            found.append(task)
            if len(found) == rows:
                break
        await result.close()
    return found


async def count(condition):
    async with AsyncSessionLocal() as session:
        return await session.scalar(select(func.count()).select_from(Task).where(*condition))


def name(way, task):
    return f"{way}.{task.id}.{task.created_at.timestamp():.6f}"


def parse(cursor):
    way, dot, rest = cursor.partition(".")
    number, dot, seconds = rest.partition(".")
    if way not in ("older", "newer") or not number.isdecimal():
        raise NotACursor
    try:
        whole, _, micros = seconds.partition(".")
        at = datetime.fromtimestamp(int(whole)).astimezone().replace(microsecond=int(micros))
    except ValueError as error:
        raise NotACursor from error
    return way == "older", (at, int(number))
