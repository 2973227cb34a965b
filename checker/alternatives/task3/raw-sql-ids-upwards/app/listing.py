"""Keyset paging in plain SQL: newest first, equal times by ascending id."""

import re
from datetime import UTC, datetime, timedelta

from sqlalchemy import text
from sqlalchemy.orm import Session

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
TOKEN = re.compile(r"([ab])(-?[0-9a-f]{1,14})x([0-9a-f]{1,8})")

# The bound on created_at is what the index starts at; the rest of the condition only trims rows of that one instant.
AFTER = """
SELECT * FROM tasks
WHERE (CAST(:status AS text) IS NULL OR status = :status)
  AND created_at <= :at AND (created_at < :at OR id > :id)
ORDER BY created_at DESC, id ASC LIMIT :n
"""
BEFORE = """
SELECT * FROM tasks
WHERE (CAST(:status AS text) IS NULL OR status = :status)
  AND created_at >= :at AND (created_at > :at OR id < :id)
ORDER BY created_at ASC, id DESC LIMIT :n
"""
FIRST = """
SELECT * FROM tasks WHERE (CAST(:status AS text) IS NULL OR status = :status)
ORDER BY created_at DESC, id ASC LIMIT :n
"""
COUNT = "SELECT count(*) FROM tasks WHERE (CAST(:status AS text) IS NULL OR status = :status)"


class BadCursor(Exception):
    pass


def token(kind, row):
    micros = (row["created_at"] - EPOCH) // timedelta(microseconds=1)
    return f"{kind}{micros:x}x{row['id']:x}"


def parse(cursor):
    match = TOKEN.fullmatch(cursor)
    if match is None:
        raise BadCursor
    kind, micros, id_ = match.groups()
    try:
        return kind, EPOCH + timedelta(microseconds=int(micros, 16)), int(id_, 16)
    except OverflowError:
        raise BadCursor from None


def list_page(db: Session, status, limit, cursor):
    """Return (rows, total, token of the page before, token of the page after)."""
    values = {"status": status, "n": limit + 1}
    kind = None
    if cursor is None:
        statement = FIRST
    else:
        kind, values["at"], values["id"] = parse(cursor)
        statement = AFTER if kind == "a" else BEFORE
    rows = [dict(row) for row in db.execute(text(statement), values).mappings()]
    total = db.execute(text(COUNT), {"status": status}).scalar_one()
    more = len(rows) > limit
    rows = rows[:limit]
    if kind == "b":
        rows.reverse()
    has_after = more if kind != "b" else bool(rows)
    has_before = {None: False, "a": bool(rows), "b": more}[kind]
    return rows, total, token("b", rows[0]) if has_before else None, token("a", rows[-1]) if has_after and rows else None
