"""Pages by fastapi-pagination, its cursors turned into links."""

from collections.abc import Sequence
from typing import Annotated, Any

from fastapi import APIRouter, Depends, HTTPException, Query, Request
from fastapi_pagination import request as current_request
from fastapi_pagination.bases import AbstractParams, BasePage
from fastapi_pagination.cursor import CursorParams
from fastapi_pagination.ext.sqlalchemy import paginate
from sqlakeyset.serial import BadBookmark
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.database import get_db
from app.models import Task
from app.schemas import TaskResponse, TaskStatus

router = APIRouter()


TOKEN = r"^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$"


class Params(CursorParams):
    """`limit` where the library says `size`; counting is asked for, which its cursors leave out."""

    quoted_cursor = False
    cursor: str | None = Query(None, pattern=TOKEN, min_length=4)
    size: int = Query(20, ge=1, le=100, alias="limit")

    def to_raw_params(self) -> Any:
        raw = super().to_raw_params()
        raw.include_total = True
        return raw


class TaskPage(BasePage[TaskResponse]):
    total: int
    next: str | None = None
    previous: str | None = None
    __params_type__ = Params

    @classmethod
    def create(
        cls, items: Sequence[Any], params: AbstractParams, *, total: int | None = None,
        next_: str | None = None, previous: str | None = None, **_: Any,
    ) -> "TaskPage":
        url = current_request().url
        link = lambda place: place and str(url.include_query_params(cursor=params.encode_cursor(place)))  # noqa: E731
        return cls(items=items, total=total, next=link(next_), previous=link(previous))


@router.get("/tasks", response_model=TaskPage)
def list_tasks(
    db: Annotated[Session, Depends(get_db)],
    params: Annotated[Params, Depends()],
    status: TaskStatus | None = None,
) -> Any:
    query = select(Task).order_by(Task.created_at.desc(), Task.id.desc())
    if status is not None:
        query = query.where(Task.status == status)
    try:
        return paginate(db, query, params)
    except (BadBookmark, ValueError) as error:
        raise HTTPException(400, "bad cursor") from error

