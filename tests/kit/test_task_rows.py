"""Tasks that a grader changes by SQL, in a real PostgreSQL."""

from __future__ import annotations

import asyncio
import socket
from typing import TYPE_CHECKING

import psycopg
import pytest

from checker.kit.database import Database
from checker.kit.task_rows import TaskRows
from checker.kit.tasks import TaskApi
from checker.parts.postgres import Postgres

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

SCHEMA = """
CREATE TABLE public.tasks (id int PRIMARY KEY, status text);
INSERT INTO public.tasks SELECT n, 'pending' FROM generate_series(1, 5) n;
CREATE TABLE public.tally (done int);
INSERT INTO public.tally VALUES (0);
"""
COUNTS = """
CREATE FUNCTION public.tell() RETURNS trigger LANGUAGE plpgsql AS $$ DECLARE had int; BEGIN
    SELECT done INTO had FROM public.tally;
    UPDATE public.tally SET done = {done} + 1;
    RETURN NULL;
END $$;
CREATE TRIGGER tell AFTER UPDATE ON public.tasks FOR EACH ROW EXECUTE FUNCTION public.tell();
"""


def with_rows(folder: Path, schema: str, use: Callable[[TaskRows, Database], None]) -> None:
    """Run `use` beside a server with five tasks."""

    async def scenario() -> None:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port: int = probe.getsockname()[1]
        server = Postgres(folder, port)
        await server.start()
        try:
            with psycopg.connect(server.dsn("grader"), autocommit=True) as connection:
                connection.execute((SCHEMA + schema).encode())
            database = Database(server.dsn("observer"), server.dsn("grader"))
            await asyncio.to_thread(use, TaskRows(database, TaskApi("http://127.0.0.1:1")), database)
        finally:
            await server.stop()

    asyncio.run(scenario())


@pytest.mark.parametrize(("done", "told"), [("done", 2), ("had", 1)])
def test_the_second_of_two_changes_reads_before_the_first_is_committed(open_folder: Path, done: str, told: int) -> None:
    """A tally that is added to counts both; one that is read and then written loses one, and not by chance."""

    def use(rows: TaskRows, database: Database) -> None:
        rows.set_status_at_once(1, 2, "completed")
        assert database.rows("SELECT id FROM public.tasks WHERE status = 'completed' ORDER BY id") == [(1,), (2,)]
        assert database.rows("SELECT done FROM public.tally") == [(told,)]

    with_rows(open_folder, COUNTS.format(done=done), use)


def test_two_changes_that_do_not_meet_are_made(open_folder: Path) -> None:
    """Nothing has to make the second one wait."""

    def use(rows: TaskRows, database: Database) -> None:
        rows.set_status_at_once(4, 5, "failed")
        rows.set_status([1], "failed")
        assert rows.count("failed") == 3
        rows.keep([1, 4])
        assert database.rows("SELECT id FROM public.tasks ORDER BY id") == [(1,), (4,)]

    with_rows(open_folder, "", use)
