"""The revisions of the tables: which there are, how to make the newest one, how to get there."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from sqlalchemy import text

from checker.errors import InfrastructureError
from records.models import metadata
from records.sqlite_file import VERSION_TABLE

if TYPE_CHECKING:
    from sqlalchemy.engine import Connection

REVISIONS: Final = ("0001", "0002")  # the oldest first; known without Alembic, which takes its time to import
HEAD: Final = REVISIONS[-1]


def check_revision(revision: str | None, place: str) -> str | None:
    """Return a revision that is known; refuse one of a newer workbench."""
    if revision is not None and revision not in REVISIONS:
        raise InfrastructureError(
            f"the records {place} were written by a newer workbench (revision {revision}, this one knows {HEAD});"
            " they were left as they are",
            next_step="pip install --upgrade interview-workbench",
        )
    return revision


def create(connection: Connection) -> None:
    """Make every table, and note the newest revision."""
    metadata.create_all(connection)
    connection.execute(text(f"CREATE TABLE {VERSION_TABLE} (version_num VARCHAR(32) NOT NULL PRIMARY KEY)"))
    connection.execute(text(f"INSERT INTO {VERSION_TABLE} VALUES (:head)"), {"head": HEAD})  # noqa: S608 - our own name


def upgrade(connection: Connection) -> None:
    """Run the migrations that are due."""
    from records.upgrades import run_migrations

    run_migrations(connection)
