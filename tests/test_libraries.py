"""What may be imported ahead for a submission's processes, and what not."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from checker.libraries import reached, slow_imports, texts_in

if TYPE_CHECKING:
    from pathlib import Path

MAIN = "app/main.py"


def submission(folder: Path, texts: dict[str, str]) -> Path:
    """Write modules of a submission's by their paths, and return its folder."""
    for name, text in texts.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return folder


def reached_in(folder: Path) -> set[str]:
    """Return what the API's first module imports."""
    return reached(texts_in(folder), folder, [MAIN])


def test_every_process_has_what_its_own_modules_import(tmp_path: Path) -> None:
    """Large libraries count, and nothing else does; what another process imports is not imported."""
    found = slow_imports(
        submission(
            tmp_path,
            {
                "app/main.py": "import os\nfrom fastapi import FastAPI\nimport mine, app.queue\n",
                "app/queue.py": "import boto3\n",
                "app/unused.py": "import redis\n",
                "lambda_function.py": "import json\nimport pydantic_settings\n",
                "alembic/env.py": "from alembic import context\nfrom sqlalchemy import create_engine\n",
            },
        )
    )
    assert found == {
        "migration": ("alembic.config", "alembic.command", "sqlalchemy.orm", "psycopg"),
        "api": ("uvicorn.main", "uvicorn.server", "fastapi", "boto3"),
        "worker": ("pydantic_settings",),
    }


def test_a_process_that_is_not_there_has_nothing(tmp_path: Path) -> None:
    """Nothing waits for a program of which there is no file, nor for one that imports nothing."""
    assert slow_imports(submission(tmp_path, {"lambda_function.py": "", "app/other.py": "import fastapi\n"})) == {}


@pytest.mark.parametrize(
    "statement",
    [
        "import app.store",
        "import app.store as there, json",
        "from app import store",
        "from app.store import engine",
        "from . import store",
        "from .store import *",
        "from app import (\n    other,  # and (more\n    store,\n)",
        "from app import other as one, store as two  # why",
        "import os; x = 1\nimport app.store; y = 2",
    ],
)
def test_imports_are_followed(tmp_path: Path, statement: str) -> None:
    """In whatever way a module is imported, and packages with what is in them."""
    texts = {MAIN: statement, "app/store.py": "import sqlalchemy\n", "app/__init__.py": "import boto3\n"}
    assert {"sqlalchemy", "boto3"} <= reached_in(submission(tmp_path, texts))


@pytest.mark.parametrize(
    "statement",
    [
        "def later():\n    import sqlalchemy",
        "async def later():\n    import sqlalchemy",
        "if TYPE_CHECKING:\n    import sqlalchemy",
        "if typing.TYPE_CHECKING:\n    import sqlalchemy",
        "class Inside:\n    def later(self):\n        import sqlalchemy",
        "# import sqlalchemy",
        "import json  # and not sqlalchemy",
        "import json as sqlalchemy",
        "from app import (\n    other,  # sqlalchemy\n)",
        "from app import sqlalchemy",
        "import app.sqlalchemy",
    ],
)
def test_what_is_not_imported_at_once_does_not_count(tmp_path: Path, statement: str) -> None:
    """Nor does what only looks like it, or what cannot be read."""
    assert "sqlalchemy" not in reached_in(submission(tmp_path, {MAIN: statement}))


def test_modules_that_import_each_other_are_read_once(tmp_path: Path) -> None:
    """A circle has an end."""
    texts = {MAIN: "import app.other, redis\n", "app/other.py": "import app.main, boto3\n"}
    assert reached_in(submission(tmp_path, texts)) == {"app", "app.other", "redis", "app.main", "boto3"}


@pytest.mark.parametrize("name", ["gevent", "eventlet", "ddtrace", "opentelemetry"])
def test_what_rewrites_others_comes_first(tmp_path: Path, name: str) -> None:
    """Such a library has to be imported before all others, hence nothing is, wherever it is imported."""
    texts = {MAIN: "import fastapi\n", "app/other.py": f"def late():\n    from {name} import auto\n"}
    assert slow_imports(submission(tmp_path, texts)) == {}


@pytest.mark.parametrize(
    "text",
    [
        "from " + " " * 900_000,
        "from " + "." * 900_000 + " import x",
        "from " + "a." * 400_000 + " import x",
        "import " + "a" * 900_000,
        "import " + "a." * 400_000 + "b",
        "from a import (\n" * 50_000,
        "from a import " + "as " * 300_000,
        "import \udcff, \udcff.b\nfrom \udcff import \udcff\n",
        "from . import x\nfrom .. import y\nfrom ... import *\nfrom .main import z\n",
    ],
)
def test_whatever_a_module_holds_is_read_to_its_end(tmp_path: Path, text: str) -> None:
    """Nobody has to wait for what looks like an import, and nothing outside of the folder is read."""
    folder = submission(tmp_path / "it", {})
    (folder / "app").mkdir(parents=True)
    (tmp_path / "it.py").write_text("import boto3\n")
    for name in (MAIN, "lambda_function.py"):
        (folder / name).write_bytes(text.encode(errors="surrogateescape") + b"\nimport fastapi\n")
    found = slow_imports(folder)
    assert "fastapi" in found["api"]
    assert "boto3" not in found["worker"]
