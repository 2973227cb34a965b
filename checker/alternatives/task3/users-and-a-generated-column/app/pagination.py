"""Pages of tasks by `position`, a column that the database computes from the time, and the id."""

from datetime import timedelta, timezone
from typing import Annotated, Any
from urllib.parse import urlencode

from fastapi import APIRouter, Depends, HTTPException, Query, Request
from sqlalchemy import func, select, tuple_
from sqlalchemy.orm import Session

from app.auth import current_user
from app.database import get_db
from app.models import Task, User
from app.schemas import TaskResponse, TaskStatus

router = APIRouter()
OFFICE = timezone(timedelta(hours=5, minutes=30))


@router.get("/tasks")
def list_tasks(
    request: Request,
    me: Annotated[User, Depends(current_user)],
    db: Annotated[Session, Depends(get_db)],
    status: TaskStatus | None = None,
    limit: Annotated[int, Query(ge=1, le=100)] = 20,
    cursor: Annotated[str | None, Query(pattern=r"^-?[0-9]{1,18}\.[0-9]{1,10}(\.up)?$")] = None,
) -> dict[str, Any]:
    query = select(Task).where(Task.user_id == me.id, *([Task.status == status] if status else []))
    total = db.scalar(query.with_only_columns(func.count(), maintain_column_froms=True))
    up = cursor is not None and cursor.endswith(".up")
    if cursor is not None:
        place = tuple_(*map(int, cursor.removesuffix(".up").split(".")))
        key = tuple_(Task.position, Task.id)
        query = query.where(key > place if up else key < place)
    order = (Task.position, Task.id) if up else (Task.position.desc(), Task.id.desc())
    rows = list(db.scalars(query.order_by(*order).limit(limit + 1).execution_options(yield_per=200)))
    more, rows = len(rows) > limit, rows[:limit]
    rows = rows[::-1] if up else rows
    kept = [(name, value) for name, value in request.query_params.items() if name != "cursor"]
    link = lambda row, end: "/tasks?" + urlencode([*kept, ("cursor", f"{row.position}.{row.id}{end}")])  # noqa: E731
    return {
        "items": [show(row) for row in rows],
        "total": total,
        "next": link(rows[-1], "") if rows and (more or up) else None,
        "previous": link(rows[0], ".up") if rows and (more if up else cursor) else None,
    }


def show(task: Task) -> dict[str, Any]:
    answer = TaskResponse.model_validate(task).model_dump(mode="json")
    return answer | {name: getattr(task, name).astimezone(OFFICE).isoformat() for name in ("created_at", "updated_at")}
