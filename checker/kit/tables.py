"""Everything that a database holds, as bare values: which tables and columns there are is the author's business."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from psycopg import sql

if TYPE_CHECKING:
    from collections.abc import Iterator

    from checker.kit.database import Database

MAX_ROWS: Final = 500  # of one table
MAX_DEPTH: Final = 8  # of JSON and of arrays

# Tables and materialised views: the relations with rows of their own. A view's are somebody else's.
TABLES: Final = """
SELECT n.nspname, c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE c.relkind IN ('r', 'm') AND n.nspname NOT IN ('pg_catalog', 'information_schema') AND n.nspname NOT LIKE 'pg\\_%%'
ORDER BY 1, 2
"""


@dataclass(frozen=True)
class Row:
    """One row: its table, and the texts and bytes in it, those inside JSON and arrays included."""

    table: str
    cells: tuple[str | bytes, ...]


def all_rows(database: Database) -> list[Row]:
    """Return the rows of every table in every schema but the system's, up to a cap a table."""
    found = []
    for schema, table in database.rows(TABLES):
        query = sql.SQL("SELECT t.* FROM {} t LIMIT {}").format(sql.Identifier(schema, table), MAX_ROWS)
        rows = database.rows(query.as_string().replace("%", "%%"))
        found += [Row(table, tuple(flat(list(row)))) for row in rows]
    return found


def columns_of(database: Database, table: str) -> list[str]:
    """Return the names of a table's columns in their order; none where there is no such table in `public`."""
    found = database.rows(
        "SELECT attname FROM pg_attribute WHERE attrelid = to_regclass(%s) AND attnum > 0 AND NOT attisdropped "
        "ORDER BY attnum",
        f"public.{table}",
    )
    return [name for (name,) in found]


def flat(value: Any, depth: int = 0) -> Iterator[str | bytes]:
    """Yield a value's parts as texts and bytes."""
    if isinstance(value, str | bytes):
        yield value
    elif isinstance(value, uuid.UUID):
        yield from (str(value), value.hex, value.bytes)
    elif isinstance(value, dict) and depth < MAX_DEPTH:
        yield from flat([*value.keys(), *value.values()], depth + 1)
    elif isinstance(value, list | tuple) and depth < MAX_DEPTH:
        for item in value:
            yield from flat(item, depth + 1)
    elif value is not None:
        yield str(value)
