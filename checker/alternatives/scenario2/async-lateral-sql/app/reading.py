"""Everything that is read, in SQL and without threads."""

from collections.abc import AsyncIterator
from functools import lru_cache
from typing import Any

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine

from app.config import get_settings
from app.schemas import Board, EventResponse, ListedTask, TaskResponse, TaskStatus

PAGE = """
SELECT page.*, last.id AS event_id, last.kind, last.detail, last.created_at AS event_at
FROM (SELECT * FROM tasks {where} ORDER BY id OFFSET :skip LIMIT :limit) AS page
LEFT JOIN LATERAL (
    SELECT * FROM task_events e WHERE e.task_id = page.id ORDER BY e.created_at DESC, e.id DESC LIMIT 1
) AS last ON true
ORDER BY page.id
"""
OF_ALL = text(PAGE.format(where=""))
OF_A_STATUS = text(PAGE.format(where="WHERE status = :status"))
SEARCH = text(
    'SELECT * FROM tasks WHERE lower(title) COLLATE "C" ^@ lower(CAST(:beginning AS text)) ORDER BY id LIMIT :limit'
)
HISTORY = text("SELECT * FROM task_events WHERE task_id = :task_id ORDER BY created_at, id")
EXISTS = text("SELECT EXISTS (SELECT FROM tasks WHERE id = :task_id)")
COUNTS = text("SELECT status, count(*) FROM tasks GROUP BY GROUPING SETS ((status), ())")


@lru_cache
def get_engine() -> AsyncEngine:
    """Return the engine that reads."""
    return create_async_engine(get_settings().database_url, pool_size=8, max_overflow=4)


async def get_reader() -> AsyncIterator[AsyncConnection]:
    """Give a request its own connection."""
    async with get_engine().connect() as connection:
        yield connection


async def page(reader: AsyncConnection, status: TaskStatus | None, skip: int, limit: int) -> list[ListedTask]:
    """Return tasks by id, each with its last event, from one statement."""
    values = {"skip": skip, "limit": limit, **({} if status is None else {"status": status.value})}
    rows = await reader.execute(OF_ALL if status is None else OF_A_STATUS, values)
    return [listed(dict(row)) for row in rows.mappings()]


def listed(row: dict[str, Any]) -> ListedTask:
    """Return the task that a row of a page holds."""
    last = None
    if row["event_id"] is not None:
        last = EventResponse(id=row["event_id"], kind=row["kind"], detail=row["detail"], created_at=row["event_at"])
    return ListedTask(**{name: row[name] for name in TaskResponse.model_fields}, last_event=last)


async def search(reader: AsyncConnection, beginning: str, limit: int) -> list[TaskResponse]:
    """Return tasks whose title begins so, by id."""
    rows = await reader.execute(SEARCH, {"beginning": beginning, "limit": limit})
    return [TaskResponse(**row) for row in rows.mappings()]


async def history(reader: AsyncConnection, task_id: int) -> list[EventResponse] | None:
    """Return what happened to a task, the first of it first; None where there is no such task."""
    rows = await reader.execute(HISTORY, {"task_id": task_id})
    events = [EventResponse(**row) for row in rows.mappings()]
    if not events and not await reader.scalar(EXISTS, {"task_id": task_id}):
        return None
    return events


async def board(reader: AsyncConnection) -> Board:
    """Count the tasks by status and all together."""
    counts = {status: count for status, count in await reader.execute(COUNTS)}
    statuses = {status: counts.get(status.value, 0) for status in TaskStatus}
    return Board(total=counts.get(None, 0), statuses=statuses)
