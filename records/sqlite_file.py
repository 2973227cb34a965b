"""The records' own file: what is in it, found out without changing a byte; its making; copies of it."""

from __future__ import annotations

import contextlib
import os
import sqlite3
import time
from typing import TYPE_CHECKING, Final
from urllib.parse import quote

from checker.errors import InfrastructureError
from checker.workspace import ELSEWHERE, refuse_full

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

VERSION_TABLE: Final = (
    "workbench_revision"  # not Alembic's usual one: a team's database may hold other programs' tables
)
BUSY_SECONDS: Final = 10.0  # how long to wait for another process that writes
DAMAGED: Final = {sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB}
MAGIC: Final = b"SQLite format 3\x00"
PRIMARY: Final = 0xFF  # of an extended error code, what kind of error it is
BACKUPS: Final = ".backup-"


def read_revision(path: Path) -> str | None:
    """Return the revision that a file is at, None where there is nothing yet; `InfrastructureError` where it is broken.

    The file is opened for reading alone, so that one that is refused stays as it is.
    """
    try:
        if not path.exists() or path.stat().st_size == 0:
            return None
        refuse_other(path)
        with contextlib.closing(reader(path)) as connection:
            return revision_of(connection, path)
    except sqlite3.DatabaseError as error:
        raise refusal(path, error) from error
    except OSError as error:
        raise InfrastructureError(f"cannot read the records {path}: {error.strerror}", next_step=ELSEWHERE) from error


def refuse_other(path: Path) -> None:
    """Refuse what does not begin as a database does; SQLite would take a very short file for an empty one."""
    with path.open("rb") as file:
        if file.read(len(MAGIC)) != MAGIC:
            raise damaged(path, "it is no database")


def reader(path: Path) -> sqlite3.Connection:
    """Return a connection that cannot write."""
    return sqlite3.connect(f"file:{quote(str(path.resolve()))}?mode=ro", uri=True, timeout=BUSY_SECONDS)


def revision_of(connection: sqlite3.Connection, path: Path) -> str | None:
    """Return the revision of an open file."""
    (health,) = connection.execute("PRAGMA quick_check(1)").fetchone()
    if health != "ok":
        raise damaged(path, health)
    tables = [name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
    if not tables:
        return None
    if VERSION_TABLE not in tables:
        raise InfrastructureError(
            f"{path} is a database, but not of the workbench's records", next_step=set_aside(path, "another")
        )
    row = connection.execute(f"SELECT version_num FROM {VERSION_TABLE}").fetchone()  # noqa: S608 - our own name
    return None if row is None else str(row[0])


def refusal(path: Path, error: sqlite3.Error) -> InfrastructureError:
    """Say what is wrong with a file, and what can be done."""
    code = getattr(error, "sqlite_errorcode", 0) & PRIMARY
    if code in DAMAGED:
        return damaged(path, str(error))
    if code == sqlite3.SQLITE_BUSY:
        return InfrastructureError(
            f"another process has been writing to the records {path} for {BUSY_SECONDS:g} s",
            next_step="wait for it, then run the same command again",
        )
    return InfrastructureError(f"cannot use the records {path}: {error}", next_step=ELSEWHERE)


def damaged(path: Path, detail: str) -> InfrastructureError:
    """Say that a file is damaged; nothing is mended behind its owner's back."""
    copies = backups(path)
    return InfrastructureError(
        f"the records {path} are damaged ({detail.strip()}); they were left as they are",
        next_step=f"cp {copies[-1]} {path}" if copies else set_aside(path, "damaged"),
    )


def set_aside(path: Path, word: str) -> str:
    """Return the command that puts a file aside, so that a new one is begun."""
    return f"mv {path} {path}.{word}"


def backups(path: Path) -> list[Path]:
    """Return the copies that upgrades have left beside a file, the oldest first."""
    return sorted(path.parent.glob(f"{path.name}{BACKUPS}*"), key=lambda one: one.stat().st_mtime)


def make_file(path: Path) -> None:
    """Make an empty file that is its owner's alone, where there is none."""
    with refuse_full(path):
        os.close(os.open(path, os.O_CREAT | os.O_RDWR | os.O_CLOEXEC, 0o600))


def back_up(path: Path, revision: str) -> Path:
    """Copy a file as it is at `revision`, what other processes have written to it included; return the copy."""
    stamp = time.strftime("%Y%m%dT%H%M%S", time.gmtime())
    copy = path.with_name(f"{path.name}{BACKUPS}{revision}-{stamp}")
    part = copy.with_name(f".{copy.name}.part")
    with refuse_full(part), discarded(part), told(path):
        part.unlink(missing_ok=True)
        make_file(part)
        with contextlib.closing(reader(path)) as source, contextlib.closing(sqlite3.connect(part)) as target:
            source.backup(target)
        part.rename(copy)
    return copy


@contextlib.contextmanager
def told(path: Path) -> Iterator[None]:
    """Turn what SQLite says of a file into our own trouble with a way out."""
    try:
        yield
    except sqlite3.Error as error:
        raise refusal(path, error) from error


@contextlib.contextmanager
def discarded(part: Path) -> Iterator[None]:
    """Leave nothing half done behind."""
    try:
        yield
    finally:
        part.unlink(missing_ok=True)
