"""Every value of a database, as texts and bytes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import psycopg
import pytest

from checker.kit.database import Database
from checker.kit.tables import MAX_ROWS, Row, all_rows, flat

if TYPE_CHECKING:
    from collections.abc import Iterator

    from checker.parts.postgres import Postgres

MAKE = (
    'CREATE TABLE plain ("a ""strange %s name" text, number int, raw bytea, moment date, unset text)',
    "INSERT INTO plain VALUES ('one', 7, '\\x00ff', '2026-01-02', NULL)",
    "CREATE SCHEMA elsewhere",
    'CREATE TABLE elsewhere."50% of it" (tags text[], document jsonb, key uuid)',
    """INSERT INTO elsewhere."50% of it"
       VALUES ('{red,blue}', '{"deep": [{"er": "found"}]}', '00112233-4455-6677-8899-aabbccddeeff')""",
    "CREATE MATERIALIZED VIEW kept AS SELECT 'kept' AS word",
    "CREATE VIEW looked_at AS SELECT 1 / 0 AS fault",
    "CREATE TABLE long AS SELECT n::text FROM generate_series(1, 600) AS n",
)
DROP = ("DROP TABLE plain, long CASCADE", "DROP SCHEMA elsewhere CASCADE", "DROP MATERIALIZED VIEW kept")


@pytest.fixture
def database(postgres: Postgres) -> Iterator[Database]:
    """Return a database with tables of many kinds."""
    with psycopg.connect(postgres.dsn("grader"), autocommit=True) as connection:
        connection.execute("SET search_path TO public")
        for statement in MAKE:
            connection.execute(statement.encode())
        yield Database(postgres.dsn("observer"), postgres.dsn("grader"))
        connection.execute("DROP VIEW looked_at")
        for statement in DROP:
            connection.execute(statement.encode())


def test_every_table_of_every_schema_is_read(database: Database) -> None:
    """Tables with any name in any schema and materialised views are read; views are left alone."""
    rows = {row.table: row for row in all_rows(database)}
    assert rows["plain"] == Row("plain", ("one", "7", b"\x00\xff", "2026-01-02"))
    assert rows["kept"] == Row("kept", ("kept",))
    assert {"red", "blue", "deep", "er", "found"} <= set(rows["50% of it"].cells)
    assert bytes.fromhex("00112233445566778899aabbccddeeff") in rows["50% of it"].cells
    assert "looked_at" not in rows


def test_a_long_table_is_cut(database: Database) -> None:
    """No more than a fixed number of rows of a table are read."""
    assert sum(row.table == "long" for row in all_rows(database)) == MAX_ROWS


def test_what_lies_deep_is_read_as_one_text() -> None:
    """A value that is nested deeper than anybody means it to be is no longer taken apart, and nothing is lost."""
    value: object = "deep"
    for _ in range(20):
        value = [value]
    (found,) = flat(value)
    assert "deep" in str(found)
