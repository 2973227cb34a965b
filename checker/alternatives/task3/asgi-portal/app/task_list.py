"""`GET /tasks` as plain ASGI: stands before FastAPI and reads the list through a cursor of the database."""

import json
import re
from datetime import datetime
from typing import Any
from urllib.parse import parse_qsl, urlencode

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import Headers
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from app.database import engine
from app.schemas import TaskStatus, shown

COLUMNS = "id, title, description, status, created_at, updated_at"
Place = tuple[datetime, int, bool]


class Refused(Exception):
    """A parameter that does not validate."""


class TaskList:
    """Answers `GET /tasks` and leaves everything else to the application."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one connection."""
        if scope["type"] != "http" or scope["method"] != "GET" or scope["path"] != "/tasks":
            await self.app(scope, receive, send)
            return
        try:
            given = dict(parse_qsl(scope["query_string"].decode("latin-1"), keep_blank_values=True))
            status, limit, place = parameters(given)
        except Refused as error:
            detail = [{"loc": ["query", str(error)], "msg": "does not validate", "type": "value_error"}]
            await JSONResponse({"detail": detail}, 422)(scope, receive, send)
            return
        page = await run_in_threadpool(read_page, status, limit, place)
        origin = f"{scope['scheme']}://{Headers(scope=scope).get('host', '')}"
        kept = {name: given[name] for name in ("status", "limit") if name in given}
        for name in ("next", "previous"):
            if page[name] is not None:
                page[name] = f"{origin}/tasks?{urlencode({'cursor': page[name], **kept} if page[name] else kept)}"
        body = json.dumps(page, ensure_ascii=False).encode()
        await send({"type": "http.response.start", "status": 200, "headers": [(b"content-type", b"application/json; charset=utf-8")]})
        for start in range(0, len(body), 4096):
            await send({"type": "http.response.body", "body": body[start : start + 4096], "more_body": True})
        await send({"type": "http.response.body", "body": b""})


def parameters(given: dict[str, str]) -> tuple[str | None, int, Place | None]:
    """Return what the query string asks for."""
    status = given.get("status")
    if status is not None and status not in set(TaskStatus):
        raise Refused("status")
    if not re.fullmatch("0*[1-9][0-9]?|0*100", given.get("limit", "20"), re.ASCII):
        raise Refused("limit")
    place = None
    if "cursor" in given:
        try:
            time, number, way = given["cursor"].split("|")
            place = (datetime.fromisoformat(time), int(number), {"after": True, "before": False}[way])
        except (ValueError, KeyError):
            raise Refused("cursor") from None
        if place[0].tzinfo is None or not 0 <= place[1] < 2**31:
            raise Refused("cursor")
    return status, int(given.get("limit", "20")), place


def cut(status: str | None, place: Place | None, older: bool) -> tuple[str, dict[str, Any]]:
    """Return the part of the list on one side of a place; what stands at the place itself is left out."""
    where, values = ["true"], {}
    if status is not None:
        where.append("status = %(status)s")
        values["status"] = status
    if place is not None:
        where.append(
            "created_at <= %(time)s AND NOT (created_at = %(time)s AND id <= %(id)s)"
            if older
            else "created_at >= %(time)s AND NOT (created_at = %(time)s AND id >= %(id)s)"
        )
        values |= {"time": place[0], "id": place[1]}
    order = "created_at DESC, id ASC" if older else "created_at ASC, id DESC"
    return f"FROM tasks WHERE {' AND '.join(where)} ORDER BY {order}", values


def read_page(status: str | None, limit: int, place: Place | None) -> dict[str, Any]:
    """Read total, page and what is behind it at one moment."""
    older = place is None or place[2]
    with engine.connect().execution_options(isolation_level="REPEATABLE READ") as pooled:
        db = pooled.connection.driver_connection
        assert db is not None
        with db.transaction(), db.cursor() as ask, db.cursor("page") as portal:
            ask.execute("SET LOCAL cursor_tuple_fraction = 0.0002")
            if status is None:
                ask.execute("SELECT count(*) FROM tasks")
            else:
                ask.execute("SELECT count(*) FROM tasks WHERE status = %s", (status,))
            total = ask.fetchone()[0]
            rest, values = cut(status, place, older)
            portal.execute(f"SELECT {COLUMNS} {rest}", values)
            rows = portal.fetchmany(limit + 1)
            beyond = len(rows) > limit
            rows = rows[:limit] if older else rows[:limit][::-1]
            behind = False
            if place is not None and rows:
                edge = rows[0] if older else rows[-1]
                rest, values = cut(status, (edge[4], edge[0], older), not older)
                ask.execute(f"SELECT 1 {rest} LIMIT 1", values)
                behind = ask.fetchone() is not None
    newer_ones, older_ones = (behind, beyond) if older else (beyond, behind)
    names = COLUMNS.split(", ")
    following = f"{rows[-1][4].isoformat()}|{rows[-1][0]}|after" if older_ones else None
    if not rows and not older:
        following = ""  # everything newer is gone: the first page
    return {
        "previous": f"{rows[0][4].isoformat()}|{rows[0][0]}|before" if newer_ones else None,
        "next": following,
        "total": total,
        "items": [
            {name: shown(value) if isinstance(value, datetime) else value for name, value in zip(names, row, strict=True)}
            for row in rows
        ],
    }
