"""What the tests of the records share: a file of a test's own, and a database on a real PostgreSQL."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING

import psycopg
import pytest

from records.database import open_records
from records.interviews import InterviewStore

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from checker.parts.postgres import Postgres
    from records.connection import Records


@pytest.fixture
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return where the records lie of whoever runs a test: in a folder of the test's own."""
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    monkeypatch.delenv("WORKBENCH_DATABASE_URL", raising=False)
    return tmp_path / "state" / "workbench" / "records.sqlite3"


@pytest.fixture
def server_url(request: pytest.FixtureRequest) -> Iterator[str]:
    """Make an empty database on a real PostgreSQL; return its URL."""
    postgres: Postgres = request.getfixturevalue("postgres")
    name = f"records_{secrets.token_hex(4)}"
    with psycopg.connect(postgres.dsn("grader"), autocommit=True) as connection:
        connection.execute(b"SET ROLE grader")
        connection.execute(f"CREATE DATABASE {name} OWNER candidate".encode())
    yield postgres.url.rpartition("/")[0] + f"/{name}"
    with psycopg.connect(postgres.dsn("postgres"), autocommit=True) as connection:
        # As the superuser: only that may end an autovacuum worker that happens to be at work in it.
        connection.execute(f"DROP DATABASE {name} WITH (FORCE)".encode())


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, file: Path) -> str:
    """Return the URL of new records: a file, and a server."""
    if request.param == "sqlite":
        return f"sqlite:///{file}"
    server: str = request.getfixturevalue("server_url")
    return server


@pytest.fixture
def records(url: str, file: Path) -> Iterator[Records]:
    """Open new records."""
    file.parent.mkdir(parents=True, exist_ok=True)
    with open_records(url) as records:
        yield records


@pytest.fixture
def store(records: Records) -> InterviewStore:
    """Return the store of interviews of new records."""
    return InterviewStore(records)
