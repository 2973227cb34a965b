"""The records in a database that a team shares."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import create_engine, inspect, text

from records.connection import Records
from records.revisions import HEAD, check_revision, create, upgrade
from records.sqlite_file import VERSION_TABLE

if TYPE_CHECKING:
    from sqlalchemy.engine import URL, Connection

CONNECT_SECONDS: Final = 10
POSTGRES_LOCK: Final = 0x776F726B  # of making and migrating; a number that no other program has a reason to use


def open_server(url: URL) -> Records:
    """Open a database elsewhere, making or migrating its tables first where that is due."""
    records = Records(create_engine(url, pool_pre_ping=True, connect_args=connect_arguments(url)))
    with contextlib.ExitStack() as on_error:
        on_error.callback(records.close)
        if server_revision(records, url) != HEAD:
            with records.writing() as connection:
                prepare(connection, url)
        on_error.pop_all()
    return records


def connect_arguments(url: URL) -> dict[str, Any]:
    """Return what keeps a connection from waiting for ever, where the driver's word for it is known."""
    return {"connect_timeout": CONNECT_SECONDS} if url.get_backend_name() == "postgresql" else {}


def server_revision(records: Records, url: URL) -> str | None:
    """Return the revision that a database is at, None where there is nothing yet."""
    with records.reading() as connection:
        return checked_revision(connection, url)


def checked_revision(connection: Connection, url: URL) -> str | None:
    """Return the revision, refused where it is unknown."""
    if not inspect(connection).has_table(VERSION_TABLE):
        return None
    found = connection.execute(text(f"SELECT version_num FROM {VERSION_TABLE}")).scalar()  # noqa: S608 - our own name
    return check_revision(found, url.render_as_string(hide_password=True))


def prepare(connection: Connection, url: URL) -> None:
    """Make or migrate the tables of a database, one process at a time."""
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": POSTGRES_LOCK})
    revision = checked_revision(connection, url)
    if revision is None:
        create(connection)
    elif revision != HEAD:
        upgrade(connection)
