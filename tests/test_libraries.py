"""What may be imported ahead for a submission, and what not."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from checker.libraries import imports_of, slow_imports

if TYPE_CHECKING:
    from pathlib import Path


def submission(folder: Path, text: str) -> Path:
    """Write a module of a submission's."""
    (folder / "app").mkdir(exist_ok=True)
    (folder / "app" / "main.py").write_text(text)
    return folder


def test_what_is_imported_is_told(tmp_path: Path) -> None:
    """Large libraries that any module imports count, and nothing else does."""
    found = slow_imports(
        submission(tmp_path, "import os, json\nfrom fastapi import FastAPI\n  import boto3\nimport mine\n")
    )
    assert found == ("fastapi", "boto3")


def test_the_driver_comes_with_sqlalchemy(tmp_path: Path) -> None:
    """No module names the driver of a database URL."""
    assert slow_imports(submission(tmp_path, "from sqlalchemy.orm import Session\n")) == ("sqlalchemy.orm", "psycopg")


@pytest.mark.parametrize("name", ["gevent", "eventlet", "ddtrace", "opentelemetry"])
def test_what_rewrites_others_comes_first(tmp_path: Path, name: str) -> None:
    """Such a library has to be imported before all others, hence nothing is."""
    assert slow_imports(submission(tmp_path, f"from {name} import auto\nimport fastapi\n")) == ()


def test_every_process_has_its_own() -> None:
    """A migration wants no web server, a worker neither; where nothing may be imported ahead, nothing is."""
    slow = ("fastapi", "sqlalchemy.orm", "psycopg", "boto3")
    assert imports_of("migration", slow) == ("alembic.config", "alembic.command", "sqlalchemy.orm", "psycopg")
    assert imports_of("migration", ("fastapi",)) == ("alembic.config", "alembic.command")
    assert imports_of("api", slow) == ("uvicorn.main", "uvicorn.server", *slow)
    assert imports_of("worker", slow) == slow
    assert imports_of("api", ()) == ()
