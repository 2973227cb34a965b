"""The list of tasks, read by peewee."""

import base64
import json
from datetime import datetime
from typing import Annotated, Any

import peewee
from fastapi import APIRouter, HTTPException, Query, Request
from playhouse.db_url import parse
from playhouse.pool import PooledPostgresqlDatabase
from playhouse.postgres_ext import DateTimeTZField

from app.config import get_settings
from app.schemas import TaskResponse, TaskStatus

router = APIRouter()
settings = parse(get_settings().database_url.replace("postgresql+psycopg://", "postgresql://"))
db = PooledPostgresqlDatabase(**settings, max_connections=10, stale_timeout=300, prefer_psycopg3=True)


class Row(peewee.Model):
    id = peewee.AutoField()
    title = peewee.CharField()
    description = peewee.TextField(null=True)
    status = peewee.CharField()
    created_at = DateTimeTZField()
    updated_at = DateTimeTZField()

    class Meta:
        database = db
        table_name = "tasks"


KEY = peewee.Tuple(Row.created_at, Row.id)


@router.get("/tasks")
def list_tasks(
    request: Request,
    status: TaskStatus | None = None,
    limit: Annotated[int, Query(ge=1, le=100)] = 20,
    cursor: str | None = None,
) -> dict[str, Any]:
    with db.connection_context():
        query = Row.select()
        if status is not None:
            query = query.where(Row.status == status.value)
        total = query.count()
        return read(request, query, total, limit, cursor)


def read(request: Request, query: Any, total: int, limit: int, cursor: str | None) -> dict[str, Any]:
    """A cursor names the first row of its page, or the row after the last one; either is compared with <= or >."""
    way, here = decode(cursor) if cursor is not None else ("down", None)
    if way == "up":
        newer = list(query.where(KEY > here).order_by(Row.created_at, Row.id).limit(limit + 1))
        rows, following, has_previous = newer[:limit][::-1], here, len(newer) > limit
        link_next = link(request, "down", following)
    else:
        older = query if here is None else query.where(KEY <= here)
        older = list(older.order_by(Row.created_at.desc(), Row.id.desc()).limit(limit + 1))
        rows, has_previous = older[:limit], cursor is not None
        link_next = link(request, "down", key(older[limit])) if len(older) > limit else None
    return {
        "items": [TaskResponse.model_validate(row) for row in rows],
        "total": total,
        "next": link_next,
        "previous": link(request, "up", key(rows[0])) if rows and has_previous else None,
    }


def key(row: Row) -> tuple[datetime, int]:
    return row.created_at, row.id


def link(request: Request, way: str, place: tuple[datetime, int]) -> str:
    raw = json.dumps([way, place[0].isoformat(), place[1]]).encode()
    return str(request.url.replace(scheme="", netloc="").include_query_params(cursor=base64.b32encode(raw).decode()))


def decode(cursor: str) -> tuple[str, tuple[datetime, int]]:
    try:
        way, time, number = json.loads(base64.b32decode(cursor))
        if way not in ("up", "down"):
            raise ValueError(way)
        return way, (datetime.fromisoformat(time), int(number))
    except (ValueError, TypeError) as error:
        raise HTTPException(422, "bad cursor") from error
