"""What is known of the statements of a submission's sessions, on a real PostgreSQL."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, cast

import psycopg
import pytest
from psycopg import sql

from checker.kit.database import Database
from checker.kit.plans import reading, returned
from checker.kit.statements import Executed, StatementLog, read_log
from checker.parts.postgres import Postgres

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from checker.kit.fixtures import Service

ROWS = 500
PAGE = "SELECT * FROM tasks ORDER BY created_at DESC, id DESC"
SCHEMA = """
SET search_path TO public;
CREATE TABLE tasks (id serial PRIMARY KEY, title text, created_at timestamptz);
CREATE INDEX newest ON tasks (created_at, id);
INSERT INTO tasks (title, created_at)
SELECT 'task ' || n, now() - n * interval '1 second' FROM generate_series(1, 500) n;
ANALYZE tasks;
CREATE FUNCTION deep_page() RETURNS SETOF tasks LANGUAGE plpgsql AS
  $$ BEGIN RETURN QUERY SELECT * FROM tasks ORDER BY created_at DESC, id DESC LIMIT 5 OFFSET 100; END $$;
CREATE FUNCTION first_page() RETURNS SETOF tasks LANGUAGE sql VOLATILE AS
  $$ SELECT * FROM tasks ORDER BY created_at DESC, id DESC LIMIT 5 $$;
"""

Candidate = psycopg.Connection[tuple[Any, ...]]


@pytest.fixture(scope="module")
def server(background: Any, part_folder: Path) -> Iterator[Postgres]:
    """Run a server that explains the submission's statements, with a table of tasks."""
    folder = part_folder / "explaining"
    folder.mkdir(mode=0o700)
    server = Postgres(folder, free_port())
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_CACHE_HOME", str(part_folder / "cache"))
        background.run(server.start())
    try:
        background.run(server.explain())
        with psycopg.connect(server.dsn("grader"), autocommit=True) as connection:
            connection.execute(SCHEMA.encode())
        yield server
    finally:
        background.run(server.stop())


@pytest.fixture
def log(background: Any, server: Postgres) -> StatementLog:
    """Return the log of the server, as a suite has it."""

    class Channel:
        """The desk's part of it."""

        def call(self, method: str, **marks: str) -> list[str]:
            assert method == "database_log"
            lines: list[str] = background.run(server.logged(**marks))
            return lines

        def close(self) -> None:
            """Nothing is open."""

    database = Database(server.dsn("observer"), server.dsn("grader"))
    desk = SimpleNamespace(open=Channel)
    return StatementLog(cast("Service", SimpleNamespace(database=database, desk=desk)))


@pytest.fixture
def executed(server: Postgres, log: StatementLog) -> Callable[[Callable[[Candidate], Any]], Executed]:
    """Return a way to see what something that is done over the submission's connection comes to."""

    def see(act: Callable[[Candidate], Any]) -> Executed:
        with psycopg.connect(server.url.replace("+psycopg", "")) as connection:
            return log.during(lambda: act(connection))[1]

    return see


def test_a_statement_is_known_by_its_text_and_its_rows(executed: Any) -> None:
    """What was sent, what came back, what was read; what others do is not seen."""
    seen = executed(lambda own: (own.execute(f"{PAGE} LIMIT %s", (21,)), own.rollback()))
    assert [one.text for one in seen.statements] == [f"{PAGE} LIMIT $1"]
    assert returned(seen.statements[0].plan) == reading(seen.statements[0].plan, "tasks").rows == 21
    assert seen.unfinished == ()


def test_a_statement_of_many_lines_is_whole(executed: Any) -> None:
    """Line ends and quotes survive the log."""
    text = "SELECT\n\t'it''s \"one\"' AS a -- a remark\nFROM tasks\nLIMIT 1"
    assert [one.text for one in executed(lambda own: (own.execute(text), own.rollback())).statements] == [text]


def test_a_very_long_statement_is_read_all_the_same(executed: Any) -> None:
    """The log cuts the line, and the plan is still there."""
    text = f"{PAGE} -- {'very ' * 5_000}long"
    seen = executed(lambda own: (own.execute(text.encode()), own.rollback()))
    assert returned(seen.statements[0].plan) == ROWS


@pytest.mark.parametrize(("function", "text", "read"), [("deep_page", "OFFSET 100", 105), ("first_page", "LIMIT 5", 5)])
def test_what_a_function_does_is_seen(executed: Any, function: str, text: str, read: int) -> None:
    """The statements within come before the one that called, and are told apart from it."""
    seen = executed(
        lambda own: (own.execute(sql.SQL("SELECT * FROM {}()").format(sql.Identifier(function))), own.rollback())
    )
    within, outside = seen.statements
    assert (within.nested, outside.nested) == (True, False)
    assert text in within.text
    assert reading(within.plan, "tasks").rows == read
    assert reading(outside.plan, "tasks").rows == 0
    assert returned(outside.plan) == 5


def test_a_prepared_statement_is_seen_each_time(executed: Any) -> None:
    """Whether the client prepares it or SQL does."""

    def act(own: Candidate) -> None:
        for _ in range(3):
            own.execute(f"{PAGE} LIMIT 1", prepare=True)
        own.execute("PREPARE one AS SELECT 1 FROM tasks LIMIT 1")
        own.execute("EXECUTE one")
        own.rollback()

    assert [reading(one.plan, "tasks").rows for one in executed(act).statements] == [1, 1, 1, 1]


def test_a_cursor_that_ends_has_read_what_was_fetched(executed: Any) -> None:
    """Closed, or open when its transaction is committed."""

    def act(own: Candidate) -> None:
        with own.cursor("closed") as cursor:
            cursor.execute(PAGE).fetchmany(7)
        own.cursor("left").execute(PAGE).fetchmany(9)
        own.commit()

    with pytest.warns(ResourceWarning):
        seen = executed(act)
    assert [reading(one.plan, "tasks").rows for one in seen.statements] == [7, 9]
    assert seen.unfinished == ()


def test_a_cursor_that_never_ends_leaves_its_text(executed: Any) -> None:
    """Open when its transaction is rolled back, it has no plan, and is told of all the same."""

    def act(own: Candidate) -> None:
        own.cursor("lost").execute(f"{PAGE} OFFSET 100").fetchmany(7)
        own.rollback()

    with pytest.warns(ResourceWarning):
        seen = executed(act)
    assert seen.statements == ()
    assert [text.partition("FOR ")[2] for text in seen.unfinished] == [f"{PAGE} OFFSET 100"]


def test_a_pipeline_is_seen_statement_by_statement(executed: Any) -> None:
    """Sent together, executed one by one."""

    def act(own: Candidate) -> None:
        with own.pipeline():
            own.execute("SELECT 1 FROM tasks LIMIT 1")
            own.execute("SELECT count(*) FROM tasks")
        own.rollback()

    seen = executed(act)
    assert [reading(one.plan, "tasks").rows for one in seen.statements] == [1, ROWS]


def test_parallel_workers_are_counted_together(executed: Any) -> None:
    """Every row is read once, whoever read it."""

    def act(own: Candidate) -> None:
        own.execute("SET parallel_setup_cost = 0; SET parallel_tuple_cost = 0; SET min_parallel_table_scan_size = 0")
        own.execute("SELECT count(*) FROM tasks WHERE title LIKE '%9'")
        own.rollback()

    (seen,) = executed(act).statements
    found = reading(seen.plan, "tasks")
    assert found.rows == pytest.approx(ROWS, abs=3)  # what was removed is an average over the workers, rounded
    assert found.for_counts == (found.rows,)


@pytest.mark.parametrize("text", ["SET auto_explain.log_min_duration = -1", "SET session_preload_libraries = ''"])
def test_a_submission_cannot_turn_it_off(executed: Any, text: str) -> None:
    """Only a superuser changes these settings; what an owner may reset leaves them."""

    def act(own: Candidate) -> None:
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            own.execute(text.encode())
        own.rollback()
        own.execute("ALTER ROLE candidate RESET ALL")
        own.execute("RESET ALL")
        own.execute("SELECT 1 FROM tasks LIMIT 1")
        own.rollback()

    assert [one.text for one in executed(act).statements] == ["SELECT 1 FROM tasks LIMIT 1"]


def test_lines_of_another_kind_are_passed_over() -> None:
    """Errors, and the rest of a record whose beginning is not kept any more."""
    lines = ['\t  "Plan": {', "\t}", "2026-01-02 03:04:05.678 UTC [7] ERROR:  no", "nonsense", ""]
    assert read_log(lines) == Executed((), ())


def free_port() -> int:
    """Return a port that nothing listens on."""
    import socket

    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
