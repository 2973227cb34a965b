"""The full database is at the starter's revision, and holds what the README and the bounds of the checks say."""

from __future__ import annotations

import re
import subprocess
import sys
from typing import TYPE_CHECKING, Final

import psycopg
import pytest
from psycopg.conninfo import make_conninfo

from checker.assemble import assembled
from checker.catalog import Catalog
from checker.kit.database import Database
from checker.kit.upgrade import STARTER as FIRST_REVISION
from checker.suites.scenario2 import asks
from checker.suites.scenario2.production import COUNTS, NO_CHECKS, STARTER, fill

if TYPE_CHECKING:
    from collections.abc import Iterator

    from checker.parts.postgres import Postgres

NEEDED: Final = {
    "DATABASE_URL": "postgresql+psycopg://nobody@localhost/none",
    "SQS_QUEUE_URL": "http://localhost/none",
    "PATH": "/usr/bin:/bin",
    "PYTHONDONTWRITEBYTECODE": "1",
}


def statements(text: str) -> list[str]:
    """Return SQL without comments, transactions and white space, as a list of statements."""
    found = (" ".join(statement.split()) for statement in re.sub(r"--.*", "", text).split(";"))
    return [statement for statement in found if statement not in ("", "BEGIN", "COMMIT")]


def test_the_script_is_what_the_starter_s_revisions_make() -> None:
    """The statements are those of `alembic upgrade 0001:0003 --sql` in the faulty service."""
    with assembled(Catalog().layers("scenario2")) as starter:
        made = subprocess.run(
            [sys.executable, "-m", "alembic", "upgrade", "0001:0003", "--sql"],
            cwd=starter,
            env=NEEDED,
            capture_output=True,
            text=True,
            check=True,
            timeout=60,
        )
    assert statements(STARTER.read_text()) == statements(made.stdout)


@pytest.fixture
def full(postgres: Postgres) -> Iterator[Database]:
    """Fill a database of the test's own."""
    with psycopg.connect(postgres.dsn("grader"), autocommit=True) as server:
        server.execute("SET ROLE NONE")  # only the login itself may make databases
        server.execute("CREATE DATABASE full_one OWNER candidate")
        observer, grader = (make_conninfo(postgres.dsn(role), dbname="full_one") for role in ("observer", "grader"))
        with psycopg.connect(grader) as connection:
            connection.execute("SET LOCAL search_path TO public")
            connection.execute(FIRST_REVISION.read_bytes())
        fill(make_conninfo(grader, options=NO_CHECKS))
        yield Database(observer, grader)
        server.execute("DROP DATABASE full_one")


def test_the_database_is_as_full_as_the_readme_says(full: Database) -> None:
    """100,000 tasks, 63 of them failed, 20 to a first word; 300,000 events, no task with more than 6, no event lost."""
    assert full.rows(COUNTS) == [(100_000, 300_001)]
    assert full.rows("SELECT count(*) FROM public.tasks WHERE status = 'failed'") == [(63,)]
    assert full.rows("SELECT DISTINCT count(*) FROM public.tasks GROUP BY left(title, 8)") == [(20,)]
    assert full.rows(
        "SELECT count(*) FROM public.task_events GROUP BY task_id ORDER BY count(*) DESC FETCH FIRST ROW ONLY"
    ) == [(6,)]
    assert full.rows(
        "SELECT count(*) FROM public.task_events e LEFT JOIN public.tasks t ON t.id = e.task_id WHERE t.id IS NULL"
    ) == [(0,)]
    measured = asks.measured(full)
    assert list(measured) == list(asks.NAMES)
    assert len(set(measured[asks.SEARCH].paths)) == len(set(measured[asks.HISTORY].paths)) == asks.VARIETY
