"""The submission's database, read as `observer` and written as `grader` (see `checker.parts.postgres`)."""

from __future__ import annotations

from typing import Any

import psycopg


class Database:
    """Runs single statements, each in a transaction and a connection of its own."""

    def __init__(self, observer: str, grader: str) -> None:
        self._observer = observer
        self._grader = grader

    def rows(self, statement: str, *parameters: object) -> list[tuple[Any, ...]]:
        """Read."""
        with psycopg.connect(self._observer, autocommit=True) as connection:
            return connection.execute(statement.encode(), parameters).fetchall()

    def write(self, statement: str, *parameters: object) -> None:
        """Write."""
        with psycopg.connect(self._grader) as connection:
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
