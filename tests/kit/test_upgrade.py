"""The database that is upgraded begins as the starter's revision 0001 leaves it."""

from __future__ import annotations

import re
import subprocess
import sys
from typing import TYPE_CHECKING

import psycopg
import pytest

from checker.content import find_content
from checker.kit.database import Database
from checker.kit.fixtures import Desk, Service
from checker.kit.upgrade import STARTER, make_upgrade

if TYPE_CHECKING:
    from pathlib import Path

    from checker.parts.postgres import Postgres

NEEDED = {"DATABASE_URL": "postgresql+psycopg://nobody@localhost/none", "SQS_QUEUE_URL": "http://localhost/none"}


def statements(text: str) -> list[str]:
    """Return SQL without comments, transactions and white space, as a list of statements."""
    bare = re.sub(r"--.*|\s+RETURNING [\w.]+", "", text)
    found = (" ".join(statement.split()) for statement in bare.split(";"))
    return [statement for statement in found if statement not in ("", "BEGIN", "COMMIT")]


def test_the_script_is_what_the_starter_s_revision_makes() -> None:
    """The statements are those of `alembic upgrade 0001 --sql` in the reference service."""
    made = subprocess.run(
        [sys.executable, "-m", "alembic", "upgrade", "0001", "--sql"],
        cwd=find_content().service,
        env={**NEEDED, "PATH": "/usr/bin:/bin", "PYTHONDONTWRITEBYTECODE": "1"},
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    assert statements(STARTER.read_text()) == statements(made.stdout)


class Channel:
    """Stands for the run's desk, which knows the submission's password."""

    def __init__(self, url: str) -> None:
        self._url = url

    def call(self, method: str, **params: str) -> str:
        """Return the URL of a database."""
        assert method == "database_url"
        return f"{self._url}/{params['name']}"

    def close(self) -> None:
        """Do nothing."""


def test_the_submission_owns_the_second_database(
    postgres: Postgres, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The submission's role can change what is in it, the grader can fill it, and the observer can read it."""
    base = postgres.url.rpartition("/")[0]
    monkeypatch.setattr(Desk, "open", lambda _: Channel(base))
    desk = Desk(tmp_path, "", {role: postgres.dsn(role) for role in ("observer", "grader")})
    second = make_upgrade(Service(0, desk, Database("", "")), "second")
    second.database.write("INSERT INTO public.tasks (title) VALUES ('old')")
    with psycopg.connect(second.url.replace("+psycopg", "")) as connection:
        connection.execute("ALTER TABLE tasks ADD COLUMN owner_id integer")
    assert second.database.rows("SELECT title, status, owner_id FROM public.tasks") == [("old", "pending", None)]
    assert second.database.rows("SELECT version_num FROM public.alembic_version") == [("0001",)]
