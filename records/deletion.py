"""Deleting what is kept about somebody, so that nothing of it is left in the file, its log or its copies."""

from __future__ import annotations

import contextlib
import sqlite3
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import delete, select

from checker.errors import InfrastructureError, UsageError
from records.interviews import find
from records.models import cards, interviews, reviews, verdicts
from records.names import same
from records.sqlite_file import BUSY_SECONDS, backups, told

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from sqlalchemy import Connection

    from records.connection import Records

AGAIN: Final = "end the other workbench, then run the same command again"


@dataclass(frozen=True)
class Choice:
    """What is to go: an interview by its id, everything of a candidate, or what this user practised."""

    interview: str | None = None
    candidate: str | None = None
    own: bool = False


@dataclass(frozen=True)
class Doomed:
    """What a choice means: whose it is in words, ids of interviews and of verdicts, and whether practice goes too."""

    whose: str
    interviews: Sequence[str] = ()
    verdicts: Sequence[int] = ()
    reviews: int = 0
    practice: bool = False

    @property
    def counted(self) -> str:
        """What goes, in words."""
        counts = {"interview": len(self.interviews), "verdict": len(self.verdicts), "practice review": self.reviews}
        found = [f"{number} {word}{'s' * (number != 1)}" for word, number in counts.items() if number]
        return f"{' and '.join(found) or 'nothing'} of {self.whose}"


def choose(records: Records, choice: Choice) -> Doomed:
    """Return what would go; `UsageError` where nothing or several things are named, or nothing is found."""
    if sum([choice.interview is not None, choice.candidate is not None, choice.own]) != 1:
        raise UsageError(
            "name one thing to delete: an interview's ID, --candidate NAME, or --own", next_step="workbench sessions"
        )
    with records.reading() as connection:
        found = chosen(connection, choice)
    if not (found.interviews or found.verdicts or found.practice):
        purge(records)  # of what an earlier call deleted but could not overwrite
        raise UsageError(f"nothing is kept of {found.whose}", next_step="workbench sessions")
    return found


def chosen(connection: Connection, choice: Choice) -> Doomed:
    """Return what a choice means now."""
    if choice.interview is not None:
        row = find(connection, choice.interview)
        return Doomed(row["candidate"] or "nobody by name", [row["id"]])
    if choice.candidate is not None:
        mine, theirs = (named(connection, table, choice.candidate) for table in (interviews, verdicts))
        return Doomed(choice.candidate, mine, theirs)
    own = connection.execute(select(verdicts.c.id).where(verdicts.c.candidate.is_(None))).scalars().all()
    practised = len(connection.execute(select(reviews.c.id)).all())
    has_cards = connection.execute(select(cards.c.id).limit(1)).first() is not None
    return Doomed("your own", (), own, practised, practice=bool(practised) or has_cards)


def named(connection: Connection, table: Any, candidate: str) -> list[Any]:
    """Return the ids of the rows that are a candidate's."""
    rows = connection.execute(select(table.c.id, table.c.candidate)).all()
    return [row.id for row in rows if row.candidate is not None and same(candidate, row.candidate)]


def remove(records: Records, doomed: Doomed) -> int:
    """Delete it for good; return how many copies from before upgrades went with it, as they hold it too."""
    with records.writing() as connection:
        connection.execute(delete(interviews).where(interviews.c.id.in_(doomed.interviews)))
        connection.execute(delete(verdicts).where(verdicts.c.id.in_(doomed.verdicts)))
        if doomed.practice:
            connection.execute(delete(reviews))
            connection.execute(delete(cards))
    return purge(records)


def purge(records: Records) -> int:
    """Leave no byte of what was deleted in a file of SQLite's; a server sees to that itself. Return copies removed."""
    if records.path is None:
        return 0
    copies = backups(records.path)
    for copy in copies:
        copy.unlink(missing_ok=True)
    records.close()
    rewrite(records.path)
    return len(copies)


def rewrite(path: Path) -> None:
    """Write a file anew and empty its log; `InfrastructureError` where another process keeps that from being done."""
    with (
        told(path),
        contextlib.closing(sqlite3.connect(path, timeout=BUSY_SECONDS, isolation_level=None)) as connection,
    ):
        connection.execute("PRAGMA secure_delete = ON")
        connection.execute("VACUUM")
        (busy, _, _) = connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
    if busy:
        raise InfrastructureError(
            f"it is deleted, but another process is reading {path}, and what was deleted may still be in its log",
            next_step=AGAIN,
        )
