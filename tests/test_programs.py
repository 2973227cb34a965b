"""The command lines of the contract, and the environment each of its processes gets."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from checker import programs

if TYPE_CHECKING:
    from checker.programs import Program

VENV = Path("/venv")
GIVEN = {"DATABASE_URL": "x", "LANG": "de_DE.UTF-8"}


@pytest.mark.parametrize(
    ("program", "argv", "title"),
    [
        (programs.migration(VENV, GIVEN), ["/venv/bin/alembic", "upgrade", "head"], "alembic upgrade head"),
        (
            programs.api(VENV, GIVEN, 8000),
            ["/venv/bin/uvicorn", "app.main:app", "--host", "127.0.0.1", "--port", "8000"],
            "uvicorn app.main:app",
        ),
        (programs.script(VENV, GIVEN, Path("/kit/steps.py"), b"{}"), ["/venv/bin/python", "/kit/steps.py"], "steps"),
    ],
)
def test_commands_are_those_of_the_contract(program: Program, argv: list[str], title: str) -> None:
    """Programs come from the submission's environment and are told by what a person would type."""
    assert list(program.argv) == argv
    assert program.title == title


def test_the_worker_runs_the_handler_with_the_client() -> None:
    """The worker runs under the submission's interpreter and may read the client's folder."""
    program = programs.worker(VENV, GIVEN, Path("/client"))
    assert program.argv[0] == "/venv/bin/python"
    assert program.reads == (Path("/client"),)
    assert "lambda_function.lambda_handler" in program.title


def test_the_environment_adds_nothing_that_tells() -> None:
    """Beside the contract's variables there is what Python needs to run and write at once; the given ones win."""
    environ = programs.api(VENV, GIVEN, 1).environ
    assert environ["DATABASE_URL"] == "x"
    assert environ["LANG"] == "de_DE.UTF-8"
    assert environ["PATH"].startswith("/venv/bin:")
    assert set(environ) - set(GIVEN) == {
        *("PATH", "VIRTUAL_ENV", "HOME", "PYTHONUNBUFFERED", "PYTHONDONTWRITEBYTECODE"),
    }
    assert not any(word in f"{name}{value}".lower() for name, value in environ.items() for word in ("test", "ci="))


def test_a_script_gets_its_order_on_standard_input() -> None:
    """The order is bytes, and the script's own file is all that it may read besides."""
    program = programs.script(VENV, GIVEN, Path("/kit/steps.py"), b'{"mark": "x"}\n')
    assert program.stdin == b'{"mark": "x"}\n'
    assert program.reads == (Path("/kit/steps.py"),)
    assert programs.migration(VENV, GIVEN).stdin is None
