"""The records in a file of SQLite's: opening it, making it, migrating it."""

from __future__ import annotations

import contextlib
import sqlite3
from pathlib import Path
from typing import TYPE_CHECKING, Final

from sqlalchemy import create_engine, event
from sqlalchemy.engine import URL, Connection, Engine

from checker.errors import InfrastructureError
from checker.workspace import locked
from records import sqlite_file
from records.connection import BEGIN, Records, told
from records.revisions import HEAD, check_revision, create, upgrade
from records.sqlite_file import BUSY_SECONDS

if TYPE_CHECKING:
    from collections.abc import Iterator

# A commit that returned is on the disk: with the write-ahead log, FULL is what survives a power cut, too. What is
# deleted is overwritten, as it is about people.
PRAGMAS: Final = ("foreign_keys = ON", "synchronous = FULL", "secure_delete = ON")


def open_file(path: Path) -> Records:
    """Open a file of SQLite's, making or migrating it first where that is due."""
    if check_revision(sqlite_file.read_revision(path), str(path)) != HEAD:
        with locked(path.with_name(f"{path.name}.lock")):
            revision = check_revision(sqlite_file.read_revision(path), str(path))
            if revision is None:
                make(path)
            elif revision != HEAD:
                upgrade_file(path, revision)
    engine = engine_of_file(path)
    event.listen(engine, "connect", set_pragmas)
    return Records(engine, path)


def engine_of_file(path: Path) -> Engine:
    """Return an engine on a file; it begins its transactions itself, for SQLite's driver would do so too late."""
    url = URL.create("sqlite", database=str(path))
    engine = create_engine(url, connect_args={"timeout": BUSY_SECONDS, "isolation_level": None})
    event.listen(engine, "begin", begin)
    return engine


def begin(connection: Connection) -> None:
    """Begin a transaction; one that will write takes its lock at once, or it could fail half way."""
    connection.exec_driver_sql(connection.get_execution_options().get(BEGIN, "BEGIN"))


def set_pragmas(connection: sqlite3.Connection, _record: object) -> None:
    """Set what SQLite keeps a connection."""
    for pragma in PRAGMAS:
        connection.execute(f"PRAGMA {pragma}")


def make(path: Path) -> None:
    """Make a file at the newest revision: whole, or empty."""
    sqlite_file.make_file(path)
    with transaction_of_file(path) as connection:
        create(connection)


@contextlib.contextmanager
def transaction_of_file(path: Path) -> Iterator[Connection]:
    """Hold a transaction that changes the tables of a file; foreign keys rest, as a table may be made anew."""
    engine = engine_of_file(path).execution_options(**{BEGIN: "BEGIN IMMEDIATE"})
    event.listen(engine, "connect", lambda connection, _: connection.execute("PRAGMA journal_mode = WAL"))
    try:
        with told(engine.url, path), engine.begin() as connection:
            yield connection
    finally:
        engine.dispose()


def upgrade_file(path: Path, revision: str) -> None:
    """Migrate a file, having copied it; where that fails it is as it was."""
    sqlite_file.back_up(path, revision)
    with transaction_of_file(path) as connection:
        upgrade(connection)
        if connection.exec_driver_sql("PRAGMA foreign_key_check").fetchone() is not None:
            raise InfrastructureError(f"the records {path} do not fit together after their upgrade; it was taken back")
