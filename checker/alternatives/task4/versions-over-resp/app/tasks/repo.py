"""SQL on tasks; every function runs on a connection whose transaction the caller ends."""

from typing import Any

from psycopg import Connection

from app.schemas import TaskResponse

Row = dict[str, Any]
COLUMNS = "id, title, description, status, created_at, updated_at, version"


def to_json(row: Row) -> bytes:
    """Return what clients see of a row."""
    return TaskResponse.model_validate(row).model_dump_json().encode()


def insert(db: Connection[Row], fields: Row) -> Row:
    """Add a task."""
    sql = f"INSERT INTO tasks (title, description) VALUES (%(title)s, %(description)s) RETURNING {COLUMNS}"
    row = db.execute(sql, fields).fetchone()
    assert row is not None
    return row


def select(db: Connection[Row], task_id: int) -> Row | None:
    """Read a task."""
    return db.execute(f"SELECT {COLUMNS} FROM tasks WHERE id = %s", [task_id]).fetchone()


def select_many(db: Connection[Row], status: str | None, skip: int, limit: int) -> list[Row]:
    """Read tasks by id."""
    sql = f"SELECT {COLUMNS} FROM tasks WHERE %(status)s::text IS NULL OR status = %(status)s ORDER BY id"
    return db.execute(f"{sql} OFFSET %(skip)s LIMIT %(limit)s", locals_of(status, skip, limit)).fetchall()


def locals_of(status: str | None, skip: int, limit: int) -> Row:
    """Name the parameters of a list."""
    return {"status": status, "skip": skip, "limit": limit}


def update(db: Connection[Row], task_id: int, fields: Row) -> Row | None:
    """Change these fields (their names come from a schema, not from a client)."""
    if not fields:
        return select(db, task_id)
    sets = ", ".join(f"{name} = %({name})s" for name in fields)
    sql = f"UPDATE tasks SET {sets}, updated_at = clock_timestamp() WHERE id = %(id)s RETURNING {COLUMNS}"
    return db.execute(sql, {**fields, "id": task_id}).fetchone()


def delete(db: Connection[Row], task_id: int) -> int | None:
    """Delete a task; return the number of the state `deleted`, None where there was no task."""
    sql = "WITH gone AS (DELETE FROM tasks WHERE id = %s RETURNING id) SELECT nextval('task_versions') AS v FROM gone"
    row = db.execute(sql, [task_id]).fetchone()
    return None if row is None else row["v"]
