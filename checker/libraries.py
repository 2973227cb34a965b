"""What takes a submission's processes long to import, so that it can be imported before they are wanted.

Only well-known libraries count, which do nothing but define things when they are imported, and only where the
submission itself imports them. Nothing does where a library that rewrites others in memory has to come before them.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
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
SERVER: Final = ("uvicorn.main", "uvicorn.server")
OF_MIGRATION: Final = ("alembic.config", "alembic.command", "sqlalchemy.orm", "psycopg")


def slow_imports(folder: Path) -> tuple[str, ...]:
    """Return the names of modules that the submission in `folder` imports sooner or later, whatever process it is."""
    names: set[str] = set()
    for path in folder.rglob("*.py"):
        if path.is_file() and path.stat().st_size <= LARGEST_BYTES:
            names |= {match.decode() for match in IMPORTED.findall(path.read_bytes())}
    if names & FIRST:
        return ()
    return tuple(dict.fromkeys(module for name, modules in LIBRARIES.items() if name in names for module in modules))


def imports_of(role: str, slow: tuple[str, ...]) -> tuple[str, ...]:
    """Return what a process of a submission whose `slow_imports` these are can import before it is wanted."""
    if not slow:
        return ()
    if role == "migration":
        return tuple(module for module in OF_MIGRATION if module in slow or module.startswith("alembic"))
    return (*SERVER, *slow) if role == "api" else slow
