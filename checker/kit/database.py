"""The submission's database, read as `observer` and written as `grader` (see `checker.parts.postgres`)."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Final

import psycopg

from checker.kit.expect import Refuted

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

OURS: Final = ("53", "57P", "58", "XX", "42601")  # SQLSTATEs: no resources, a shutdown, a broken server, bad syntax


class Database:
    """Runs single statements, each in a transaction and a connection of its own."""

    def __init__(self, observer: str, grader: str) -> None:
        self._observer = observer
        self._grader = grader

    def rows(self, statement: str, *parameters: object) -> list[tuple[Any, ...]]:
        """Read."""
        with blaming(), psycopg.connect(self._observer, autocommit=True) as connection:
            return connection.execute(statement.encode(), parameters).fetchall()

    def write(self, statement: str, *parameters: object) -> None:
        """Write."""
        with blaming(), psycopg.connect(self._grader) as connection:
            connection.execute(statement.encode(), parameters)

    def writer(self) -> psycopg.Connection:
        """Return a connection to write by where one statement is not enough; whoever asks for it closes it."""
        return psycopg.connect(self._grader)

    def vacuum(self, table: str) -> None:
        """Let a table forget its dead rows, and the planner know what is in it."""
        with psycopg.connect(self._grader, autocommit=True) as connection:
            connection.execute(f"VACUUM (ANALYZE) public.{table}".encode())

    def task_status(self, title: str) -> str | None:
        """Return the status of the task with that title; None where there is no such row."""
        found = self.rows("SELECT status::text FROM public.tasks WHERE title = %s", title)
        return str(found[0][0]) if found else None

    def task_statuses(self, task_ids: Sequence[int]) -> dict[int, str | None]:
        """Return the status of each of these tasks; None where there is no such row."""
        found = self.rows("SELECT id, status::text FROM public.tasks WHERE id = ANY(%s)", list(task_ids))
        return {**dict.fromkeys(task_ids), **dict(found)}


@contextmanager
def blaming() -> Iterator[None]:
    """Refute the promised schema where a statement that works on it is refused; what is our own trouble stays that."""
    try:
        yield
    except psycopg.Error as error:
        if error.sqlstate is None or error.sqlstate.startswith(OURS):
            raise
        expected = "tables, and no views, that can be read and written by SQL as the contract says"
        raise Refuted(expected, f"PostgreSQL refuses: {error.diag.message_primary}") from None
