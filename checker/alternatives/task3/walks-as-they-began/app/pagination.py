"""Pages of tasks as of the moment the first page was read: later tasks do not show in a walk."""

import base64
import json
from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Depends, HTTPException, Query, Request
from sqlalchemy import text
from sqlalchemy.orm import Session

from app.database import get_db
from app.schemas import TaskResponse, TaskStatus

router = APIRouter()


@router.get("/tasks")
def list_tasks(
    request: Request,
    db: Annotated[Session, Depends(get_db)],
    status: TaskStatus | None = None,
    limit: Annotated[int, Query(ge=1, le=100)] = 20,
    cursor: str | None = None,
) -> dict[str, Any]:
    db.connection(execution_options={"isolation_level": "REPEATABLE READ"})
    where, values = ["true"], {"rows": limit + 1}
    if status:
        where.append("status = :status")
        values["status"] = status.value
    total = db.scalar(text(f"SELECT count(*) FROM tasks WHERE {' AND '.join(where)}"), values)
    way, top, place = "older", None, None
    if cursor is not None:
        way, top, place = decode(cursor)
        values |= {"top_time": top[0], "top_id": top[1], "time": place[0], "id": place[1]}
        where.append("(created_at, id) <= (:top_time, :top_id)")
        where.append(f"(created_at, id) {'<' if way == 'older' else '>'} (:time, :id)")
    order = "created_at DESC, id DESC" if way == "older" else "created_at, id"
    sql = f"SELECT * FROM tasks WHERE {' AND '.join(where)} ORDER BY {order} LIMIT :rows"
    rows = [dict(row) for row in db.execute(text(sql), values).mappings()]
    more, rows = len(rows) > limit, rows[:limit]
    rows = rows if way == "older" else rows[::-1]
    if rows and top is None:
        top = rows[0]["created_at"], rows[0]["id"]
    link = lambda to, row: str(request.url.include_query_params(cursor=encode(to, top, row)))  # noqa: E731
    return {
        "items": [TaskResponse.model_validate(row) for row in rows],
        "total": total,
        "next": link("older", rows[-1]) if rows and (more or way == "newer") else None,
        "previous": link("newer", rows[0]) if rows and (more if way == "newer" else cursor) else None,
    }


def encode(way: str, top: Any, row: dict[str, Any]) -> str:
    raw = json.dumps([way, [top[0].isoformat(), top[1]], [row["created_at"].isoformat(), row["id"]]])
    return base64.urlsafe_b64encode(raw.encode()).decode()


def decode(cursor: str) -> tuple[str, tuple[datetime, int], tuple[datetime, int]]:
    try:
        way, (top_time, top_id), (time, task_id) = json.loads(base64.urlsafe_b64decode(cursor))
        if way not in ("older", "newer"):
            raise ValueError(way)
        return way, (datetime.fromisoformat(top_time), int(top_id)), (datetime.fromisoformat(time), int(task_id))
    except (ValueError, TypeError) as error:
        raise HTTPException(400, "bad cursor") from error
