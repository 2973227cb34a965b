"""The command lines and the environment of a submission's processes (the contract, section 1)."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from checker.parts.functions.client import worker_command

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True)
class Program:
    """A program of the submission: what to type, the environment, and what else it must be able to read.

    With `of_model` it is the model solution's, which runs beside the submission and is not seen by it. A program with
    a `role` is a script of the environment's interpreter: `migration`, `api` or `worker`.
    """

    argv: tuple[str, ...]
    environ: Mapping[str, str]
    reads: tuple[Path, ...] = ()
    stdin: bytes | None = None
    shown_as: str = field(default="")
    of_model: bool = False
    role: str = ""

    @property
    def script(self) -> tuple[str, ...]:
        """The words from the script on, where it has a role."""
        return self.argv[1:] if self.role == "worker" else self.argv

    @property
    def title(self) -> str:
        """The command as the contract writes it, for messages."""
        return self.shown_as or " ".join(self.argv)


def base_environment(venv: Path) -> dict[str, str]:
    """Return what every Python process gets, so that its output arrives when it is written."""
    return {
        "PATH": f"{venv / 'bin'}:/usr/local/bin:/usr/bin:/bin",
        "VIRTUAL_ENV": str(venv),
        "HOME": "/tmp",  # noqa: S108 - the submission's own
        "LANG": "C.UTF-8",
        "PYTHONUNBUFFERED": "1",
        "PYTHONDONTWRITEBYTECODE": "1",
    }


def migration(venv: Path, environ: Mapping[str, str]) -> Program:
    """Return the program that builds the schema."""
    argv = (str(venv / "bin" / "alembic"), "upgrade", "head")
    return Program(argv, {**base_environment(venv), **environ}, shown_as="alembic upgrade head", role="migration")


def api(venv: Path, environ: Mapping[str, str], port: int) -> Program:
    """Return the program that serves HTTP on the loopback's `port`."""
    argv = (str(venv / "bin" / "uvicorn"), "app.main:app", "--host", "127.0.0.1", "--port", str(port))
    return Program(argv, {**base_environment(venv), **environ}, shown_as="uvicorn app.main:app", role="api")


def worker(venv: Path, environ: Mapping[str, str], client: Path) -> Program:
    """Return the program that runs the handler under the runtime interface client in the folder `client`."""
    argv = worker_command(str(venv / "bin" / "python"), client)
    shown_as = "the worker (lambda_function.lambda_handler)"
    return Program(
        tuple(argv), {**base_environment(venv), **environ}, reads=(client,), shown_as=shown_as, role="worker"
    )


def script(venv: Path, environ: Mapping[str, str], path: Path, order: bytes) -> Program:
    """Return the program that runs a script of ours among the submission's modules, its order on standard input."""
    argv = (str(venv / "bin" / "python"), str(path))
    return Program(argv, {**base_environment(venv), **environ}, reads=(path,), stdin=order, shown_as=path.stem)
