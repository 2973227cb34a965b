"""What takes a submission's processes long to import, so that it can be imported before they are wanted.

Only well-known libraries count, which do nothing but define things when they are imported, and for a process only
those that its own modules import as they are imported themselves. Nothing does where a library that rewrites others
in memory has to come before them.
"""

from __future__ import annotations

import ast
import re
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

IMPORTED: Final = re.compile(rb"^[ \t]*(?:from|import)[ \t]+([A-Za-z_]\w*)", re.MULTILINE)
LARGEST_BYTES: Final = 1024 * 1024  # of a module that is looked into
FIRST: Final = frozenset({"gevent", "eventlet", "ddtrace", "opentelemetry", "newrelic", "sentry_sdk"})
# by what a submission imports: the modules that are imported with it
LIBRARIES: Final = {
    "fastapi": ("fastapi",),
    "starlette": ("starlette.applications",),
    "pydantic": ("pydantic",),
    "pydantic_settings": ("pydantic_settings",),
    "sqlalchemy": ("sqlalchemy.orm", "psycopg"),  # SQLAlchemy imports the driver that a URL names
    "sqlmodel": ("sqlmodel", "psycopg"),
    "psycopg": ("psycopg",),
    "boto3": ("boto3",),
    "redis": ("redis",),
}
# by a process's role: what it begins with, in the submission (the contract, section 1) and outside of it
STARTS: Final = {
    "migration": ("*/env.py", "*/versions/*.py"),
    "api": ("app/__init__.py", "app/main.py", "app/main/__init__.py"),
    "worker": ("lambda_function.py", "lambda_function/__init__.py"),
}
RUNNERS: Final = {"migration": ("alembic.config", "alembic.command"), "api": ("uvicorn.main", "uvicorn.server")}


def slow_imports(folder: Path) -> dict[str, tuple[str, ...]]:
    """Return the names of modules that can be imported ahead for each role of the submission in `folder`."""
    if any(FIRST & {name.decode() for name in IMPORTED.findall(read(path))} for path in folder.rglob("*.py")):
        return {}
    imported = {role: reached(folder, starts) for role, starts in STARTS.items()}
    return {role: (*RUNNERS.get(role, ()), *modules_of(names)) for role, names in imported.items() if names}


def modules_of(names: Iterable[str]) -> tuple[str, ...]:
    """Return the modules of the well-known libraries among the names, each once."""
    libraries = {name.partition(".")[0] for name in names}
    return tuple(dict.fromkeys(one for name, modules in LIBRARIES.items() if name in libraries for one in modules))


def reached(folder: Path, starts: Iterable[str]) -> set[str]:
    """Return the full names of what the modules that match `starts` import, and what those in turn that they import."""
    names: set[str] = set()
    paths = [path for pattern in starts for path in folder.glob(pattern)]
    for path in paths:
        for name in imports_in(path, folder):
            if name not in names:
                names.add(name)
                paths += files_of(name, folder)
    return names


def files_of(name: str, folder: Path) -> list[Path]:
    """Return the files in `folder` that hold the module `name`, as a file or as a package."""
    path = folder.joinpath(*name.split("."))
    return [one for one in (path.with_name(f"{path.name}.py"), path / "__init__.py") if one.is_file()]


def imports_in(path: Path, folder: Path) -> Iterator[str]:
    """Yield the full names that a module imports while it is imported itself, packages before what is in them.

    What it takes from a module is named as well, as it may be a module.
    """
    try:
        tree = ast.parse(read(path))
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return
    package = path.relative_to(folder).parts[:-1]
    for statement in outside_functions(tree.body):
        if isinstance(statement, ast.Import):
            targets = [alias.name for alias in statement.names]
        elif isinstance(statement, ast.ImportFrom):
            above = package[: len(package) + 1 - statement.level] if statement.level else ()
            module = ".".join((*above, *filter(None, [statement.module])))
            targets = [f"{module}.{alias.name}".lstrip(".") for alias in statement.names]
        else:
            continue
        for target in targets:
            words = target.split(".")
            yield from (".".join(words[:count]) for count in range(1, len(words) + 1))


def outside_functions(statements: Iterable[ast.stmt]) -> Iterator[ast.stmt]:
    """Yield the statements that run when a module is imported; those for type checkers alone do not."""
    for statement in statements:
        yield statement
        if isinstance(statement, ast.FunctionDef | ast.AsyncFunctionDef):
            continue
        if isinstance(statement, ast.If) and "TYPE_CHECKING" in ast.unparse(statement.test):
            yield from outside_functions(statement.orelse)
            continue
        for block in ("body", "orelse", "finalbody"):
            yield from outside_functions(getattr(statement, block, ()))
        for handler in getattr(statement, "handlers", ()):
            yield from outside_functions(handler.body)


def read(path: Path) -> bytes:
    """Return a module's text; nothing of one that is no file or larger than any that is written by hand."""
    return path.read_bytes() if path.is_file() and path.stat().st_size <= LARGEST_BYTES else b""
