"""Cursors are ids; where a task stands, or stood before it was deleted, is kept in task_positions."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, HTTPException, Query, Request
from pydantic import BaseModel
from sqlalchemy import text
from sqlalchemy.orm import Session

from app.database import get_db
from app.schemas import TaskResponse, TaskStatus

router = APIRouter()


class TaskPage(BaseModel):
    items: list[TaskResponse]
    total: int
    next: str | None
    previous: str | None


@router.get("/tasks")
def list_tasks(
    request: Request,
    db: Annotated[Session, Depends(get_db)],
    status: TaskStatus | None = None,
    limit: Annotated[int, Query(ge=1, le=100)] = 20,
    cursor: Annotated[int | None, Query(ge=1, le=2**31 - 1)] = None,
    direction: Annotated[str, Query(pattern="^(older|newer)$")] = "older",
) -> TaskPage:
    """List tasks, newest first; `cursor` is the id of a task that is or was there."""
    older = direction == "older"
    conditions, values = [], {"rows": limit + 1}
    if status is not None:
        conditions.append("status = :status")
        values["status"] = status.value
    matching = " WHERE " + " AND ".join(conditions) if conditions else ""
    total = db.execute(text("SELECT count(*) FROM tasks" + matching), values).scalar_one()
    if cursor is not None:
        where = db.execute(
            text("SELECT created_at FROM task_positions WHERE task_id = :id"), {"id": cursor}
        ).scalar_one_or_none()
        if where is None:
            raise HTTPException(400, "no such cursor")
        conditions.append(f"(created_at, id) {'<' if older else '>'} (:time, :id)")
        values |= {"time": where, "id": cursor}
    order = "created_at DESC, id DESC" if older else "created_at ASC, id ASC"
    filters = " WHERE " + " AND ".join(conditions) if conditions else ""
    rows: list[Any] = list(
        db.execute(text(f"SELECT * FROM tasks{filters} ORDER BY {order} FETCH FIRST :rows ROWS ONLY"), values).mappings()
    )
    more = len(rows) > limit
    rows = rows[:limit] if older else rows[:limit][::-1]
    base = request.url.path

    def link(task_id: int, way: str) -> str:
        kept = [f"limit={limit}"] + ([f"status={status.value}"] if status else [])
        return f"{base}?{'&'.join(kept)}&cursor={task_id}&direction={way}"

    return TaskPage(
        items=[TaskResponse.model_validate(dict(row)) for row in rows],
        total=total,
        next=link(rows[-1]["id"], "older") if rows and (more or not older) else None,
        previous=link(rows[0]["id"], "newer") if rows and (cursor is not None if older else more) else None,
    )
