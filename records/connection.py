"""An open database, and what its troubles are called."""

from __future__ import annotations

import contextlib
import sqlite3
from pathlib import Path
from typing import TYPE_CHECKING, Final, Self

from sqlalchemy import exc
from sqlalchemy.engine import URL, Connection, Engine

from checker.errors import InfrastructureError
from records import sqlite_file

if TYPE_CHECKING:
    from collections.abc import Iterator

VARIABLE: Final = "WORKBENCH_DATABASE_URL"
BEGIN: Final = "workbench_begin"  # the execution option that tells how a transaction begins


class Records:
    """An open database; its troubles are `InfrastructureError`, but for `IntegrityError`, the caller's to judge."""

    def __init__(self, engine: Engine, path: Path | None = None) -> None:
        self._engine = engine
        self._writer = engine.execution_options(**{BEGIN: "BEGIN IMMEDIATE"})
        self.path = path  # of SQLite's file; None elsewhere

    @property
    def place(self) -> str:
        """Where the records are, in words; without a password."""
        return str(self.path) if self.path else self._engine.url.render_as_string(hide_password=True)

    @contextlib.contextmanager
    def reading(self) -> Iterator[Connection]:
        """Hold a transaction that sees one state."""
        with self._told(), self._engine.begin() as connection:
            yield connection

    @contextlib.contextmanager
    def writing(self) -> Iterator[Connection]:
        """Hold a transaction that writes; what it wrote is durable when this returns."""
        with self._told(), self._writer.begin() as connection:
            yield connection

    def close(self) -> None:
        """Close every connection."""
        self._engine.dispose()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @contextlib.contextmanager
    def _told(self) -> Iterator[None]:
        with told(self._engine.url, self.path):
            yield


@contextlib.contextmanager
def told(url: URL, path: Path | None) -> Iterator[None]:
    """Turn what a database says into our own trouble with a way out."""
    try:
        yield
    except exc.IntegrityError:
        raise
    except exc.DBAPIError as error:
        if path is not None and isinstance(error.orig, sqlite3.Error):
            raise sqlite_file.refusal(path, error.orig) from error
        place = url.render_as_string(hide_password=True)
        detail = " ".join(str(error.orig).split())
        raise InfrastructureError(
            f"cannot use the records at {place}: {detail}",
            next_step=f"see that it runs and lets you in, or use your own file: unset {VARIABLE}",
        ) from error
