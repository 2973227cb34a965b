"""Rows that change unnoticed and locks that others wait for, in a real PostgreSQL."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

import psycopg

from checker.kit.rows import Locks, QuietRows
from checker.parts.postgres import Postgres

SOON = 5.0
SCHEMA = """
CREATE TABLE public.tasks (id int PRIMARY KEY, title text);
CREATE TABLE public.heard (title text);
CREATE FUNCTION public.hear() RETURNS trigger LANGUAGE plpgsql AS
  $$ BEGIN INSERT INTO public.heard VALUES (NEW.title); RETURN NULL; END $$;
CREATE TRIGGER hear AFTER UPDATE ON public.tasks FOR EACH ROW EXECUTE FUNCTION public.hear();
INSERT INTO public.tasks VALUES (1, 'first'), (2, 'second');
"""


def with_tasks(folder: Path, use: Callable[[Postgres], None]) -> None:
    """Run `use` beside a server with a table of two tasks and a trigger on it."""

    async def scenario() -> None:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port: int = probe.getsockname()[1]
        server = Postgres(folder, port)
        await server.start()
        try:
            with psycopg.connect(server.dsn("grader"), autocommit=True) as connection:
                connection.execute(SCHEMA)
            await asyncio.to_thread(use, server)
        finally:
            await server.stop()

    asyncio.run(scenario())


def as_candidate(server: Postgres) -> psycopg.Connection:
    """Return a connection as the submission has it."""
    return psycopg.connect(server.url.replace("+psycopg", ""))


def test_a_row_changes_without_a_trigger(open_folder: Path) -> None:
    """The submission's own change sets off its trigger, the grader's quiet one does not."""

    def use(server: Postgres) -> None:
        with closing(QuietRows(server.dsn("grader"))) as rows:
            titles = [rows.retitle(1), rows.retitle(1)]
        with as_candidate(server) as connection:
            assert connection.execute("SELECT title FROM tasks ORDER BY id").fetchall() == [(titles[1],), ("second",)]
            connection.execute("UPDATE tasks SET title = 'aloud' WHERE id = 2")
            assert connection.execute("SELECT title FROM heard").fetchall() == [("aloud",)]
        assert len(set(titles)) == 2

    with_tasks(open_folder, use)


def test_a_change_waits_for_its_row_and_readers_do_not(open_folder: Path) -> None:
    """The waiter is known by its client's port; once released it goes on."""

    def use(server: Postgres) -> None:
        locks = Locks(server.dsn("grader"), server.dsn("observer"))
        with as_candidate(server) as writer, as_candidate(server) as reader, ThreadPoolExecutor(1) as pool:
            with locks.row(1) as lock:
                assert lock.taken
                assert lock.wait_for_waiter(0.0) is None
                change = pool.submit(writer.execute, "UPDATE tasks SET title = 'late' WHERE id = 1")
                waiter = lock.wait_for_waiter(SOON)
                assert waiter is not None
                assert (waiter.pid, waiter.port) == (writer.info.backend_pid, port_of(writer))
                assert lock.wait_for_waiter(0.0, pid=reader.info.backend_pid) is None
                assert reader.execute("SELECT title FROM tasks WHERE id = 1").fetchone() == ("first",)
            assert change.result(SOON).rowcount == 1

    with_tasks(open_folder, use)


def test_who_waits_behind_a_waiter_is_found(open_folder: Path) -> None:
    """Of two changes of one row the second waits for the first; where none comes, the time goes by."""

    def use(server: Postgres) -> None:
        locks = Locks(server.dsn("grader"), server.dsn("observer"))
        with as_candidate(server) as one, as_candidate(server) as other, ThreadPoolExecutor(2) as pool:
            with locks.row(1) as lock:
                first = pool.submit(twice, one)
                waiter = lock.wait_for_waiter(SOON)
                assert waiter
                lock.wait_for_waiter_behind(waiter, 0.05, unless=lambda: False)
                assert lock.waiters(waiter.pid) == []
                second = pool.submit(twice, other)
                lock.wait_for_waiter_behind(waiter, SOON, unless=second.done)
                assert [behind.pid for behind in lock.waiters(waiter.pid)] == [other.info.backend_pid]
            first.result(SOON)
            second.result(SOON)

    with_tasks(open_folder, use)


def port_of(connection: psycopg.Connection) -> int:
    """Return the port of a connection's own end."""
    with socket.socket(fileno=connection.fileno()) as borrowed:
        port: int = borrowed.getsockname()[1]
        borrowed.detach()
        return port


def test_nobody_reads_through_the_readers_lock(open_folder: Path) -> None:
    """It cannot be had while somebody stays in a transaction that has read, and is told so."""

    def use(server: Postgres) -> None:
        locks = Locks(server.dsn("grader"), server.dsn("observer"))
        with as_candidate(server) as reader, ThreadPoolExecutor(1) as pool:
            with locks.readers() as lock:
                read = pool.submit(reader.execute, "SELECT FROM tasks")
                assert lock.wait_for_waiter(SOON)
                assert not read.done()
            read.result(SOON)
            with locks.readers(0.05) as impatient:
                assert not impatient.taken

    with_tasks(open_folder, use)


def test_a_lock_that_is_next_in_line_comes_before_later_changes(open_folder: Path) -> None:
    """A writer's next transaction waits for the lock that was asked for during its first."""

    def use(server: Postgres) -> None:
        locks = Locks(server.dsn("grader"), server.dsn("observer"))
        table = locks.writers(SOON)
        with as_candidate(server) as writer, closing(table), ThreadPoolExecutor(2) as pool:
            with locks.row(1) as row:
                first = pool.submit(twice, writer)
                assert row.wait_for_waiter(SOON)
                taking = pool.submit(table.take)
                table.wait_in_line(SOON)
                assert not taking.done()
            taking.result(SOON)
            assert table.taken
            assert table.wait_for_waiter(SOON, pid=writer.info.backend_pid)
            with as_candidate(server) as reader:
                assert reader.execute("SELECT title FROM tasks WHERE id = 1").fetchone() == ("processing",)
            table.release()
            first.result(SOON)

    with_tasks(open_folder, use)


def twice(connection: psycopg.Connection) -> None:
    """Change a row in two transactions, as the worker does."""
    for title in ("processing", "completed"):
        connection.execute("UPDATE tasks SET title = %s WHERE id = 1", (title,))
        connection.commit()
