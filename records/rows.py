"""Rows that are kept in place of what was kept before."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sqlalchemy import Connection, Table


def put(connection: Connection, table: Table, key: Mapping[str, str], values: Mapping[str, Any]) -> None:
    """Change the row with this key, or add it where there is none."""
    chosen = [table.c[name] == value for name, value in key.items()]
    if connection.execute(table.update().where(*chosen).values(**values)).rowcount == 0:
        connection.execute(table.insert().values(**key, **values))
