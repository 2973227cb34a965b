"""The submission's database as a suite reads and writes it, on a real server."""

from __future__ import annotations

from typing import TYPE_CHECKING

import psycopg
import pytest

from checker.kit.database import Database
from checker.kit.expect import Refuted

if TYPE_CHECKING:
    from collections.abc import Iterator

    from checker.parts.postgres import Postgres


@pytest.fixture
def database(postgres: Postgres) -> Iterator[Database]:
    """Return a database whose `tasks` the submission's own role has made."""
    with psycopg.connect(postgres.url.replace("+psycopg", ""), autocommit=True) as connection:
        connection.execute("CREATE TYPE state AS ENUM ('pending', 'completed')")
        connection.execute("CREATE TABLE tasks (id serial PRIMARY KEY, title text UNIQUE, status state)")
        yield Database(postgres.dsn("observer"), postgres.dsn("grader"))
        connection.execute("DROP TABLE tasks; DROP TYPE state")


def test_rows_are_written_and_read(database: Database) -> None:
    """Each statement is a transaction of its own; parameters are data."""
    hostile = "'); DROP TABLE tasks; --"
    database.write("INSERT INTO public.tasks (title, status) VALUES (%s, 'pending')", hostile)
    assert database.rows("SELECT title, status::text FROM public.tasks") == [(hostile, "pending")]
    assert database.rows("SELECT 1 FROM public.tasks WHERE title = %s", "x") == []


def test_a_status_is_read_whatever_its_type(database: Database) -> None:
    """An enumeration is as good as a text; a task that is gone has none."""
    database.write("INSERT INTO public.tasks (title, status) VALUES ('a', 'completed'), ('b', NULL)")
    assert database.task_status("a") == "completed"
    assert database.task_status("gone") is None


def test_a_table_that_is_not_as_promised_is_refuted(database: Database) -> None:
    """A missing column or table, and a row that is refused, are the submission's doing."""
    for statement in (
        "INSERT INTO public.tasks (title, owner) VALUES ('a', 1)",
        "INSERT INTO public.users (username) VALUES ('a')",
        "INSERT INTO public.tasks (title, status) VALUES ('a', 'done')",
    ):
        with pytest.raises(Refuted, match="PostgreSQL refuses"):
            database.write(statement)
    with pytest.raises(Refuted):
        database.rows("SELECT owner FROM public.tasks")


def test_our_own_mistake_is_ours(database: Database) -> None:
    """A statement that is none, and a server that is gone, are no findings."""
    with pytest.raises(psycopg.errors.SyntaxError):
        database.rows("SELEKT 1")
    with pytest.raises(psycopg.OperationalError):
        Database("host=/nowhere port=1", "host=/nowhere port=1").rows("SELECT 1")
