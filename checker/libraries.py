"""What takes a submission's processes long to import, so that it can be imported before they are wanted.

Only well-known libraries count, which do nothing but define things when they are imported, and for a process only
those that its own modules import as they are imported themselves. Nothing does where a library that rewrites others
in memory has to come before them.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from pathlib import Path

ANYWHERE: Final = re.compile(rb"^[ \t]*(?:from|import)[ \t]+([A-Za-z_]\w*)", re.MULTILINE)
# What runs when a module is imported stands at its left margin. This is no parser, as what one reads can bring it to an
# end, and every repetition has a bound, or matching could take hours. What is overlooked is imported a moment later.
AT_ONCE: Final = re.compile(
    rb"^(?:from[ \t]{1,9}(?P<dots>\.{0,9})(?P<module>[\w.]{0,200})[ \t]{1,9}import[ \t]{0,9}"
    rb"(?P<taken>\([^)]{0,1999}+\)|[^\n;(]{1,999})|import[ \t]{1,9}(?P<modules>[^\n;]{1,999}))",
    re.MULTILINE,
)
COMMENT_OR_ALIAS: Final = re.compile(rb"#[^\n]*|\bas[ \t]{1,9}\w+")
NAME: Final = re.compile(rb"[A-Za-z_]\w{0,99}(?:\.[A-Za-z_]\w{0,99}){0,9}")
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
    texts = texts_in(folder)
    if any(FIRST & {name.decode() for name in ANYWHERE.findall(text)} for text in texts.values()):
        return {}
    imported = {role: reached(texts, folder, starts) for role, starts in STARTS.items()}
    return {role: (*RUNNERS.get(role, ()), *modules_of(names)) for role, names in imported.items() if names}


def modules_of(names: Iterable[str]) -> tuple[str, ...]:
    """Return the modules of the well-known libraries among the names, each once."""
    libraries = {name.partition(".")[0] for name in names}
    return tuple(dict.fromkeys(one for name, modules in LIBRARIES.items() if name in libraries for one in modules))


def reached(texts: Mapping[Path, bytes], folder: Path, starts: Iterable[str]) -> set[str]:
    """Return the full names of what the modules that match `starts` import, and what those in turn that they import."""
    names: set[str] = set()
    paths = [path for pattern in starts for path in folder.glob(pattern) if path in texts]
    for path in paths:
        for name in imports_in(texts[path], path.relative_to(folder).parts[:-1]):
            if name not in names:
                names.add(name)
                paths += [one for one in files_of(name, folder) if one in texts]
    return names


def files_of(name: str, folder: Path) -> tuple[Path, Path]:
    """Return the files in `folder` that may hold the module `name`, as a file and as a package."""
    path = folder.joinpath(*name.split("."))
    return path.with_name(f"{path.name}.py"), path / "__init__.py"


def imports_in(text: bytes, package: tuple[str, ...]) -> Iterator[str]:
    """Yield the full names that a module of a package imports while it is imported itself, packages before their parts.

    What it takes from a module is named as well, as it may be a module.
    """
    for found in AT_ONCE.finditer(text):
        dots, module, taken, modules = found.groups(b"")
        above = package[: len(package) + 1 - len(dots)] if dots else ()
        words = NAME.findall(COMMENT_OR_ALIAS.sub(b"", taken or modules))
        for parts in ((*above, *split(module)), *((*above, *split(module), *split(word)) for word in words)):
            yield from (".".join(parts[:count]) for count in range(1, len(parts) + 1))


def split(name: bytes) -> tuple[str, ...]:
    """Return the parts of a dotted name, those that are none left out."""
    return tuple(part for part in name.decode().split(".") if part)


def texts_in(folder: Path) -> dict[Path, bytes]:
    """Return the modules in `folder` by their paths, those left out that are larger than any written by hand."""
    paths = [path for path in folder.rglob("*.py") if path.is_file() and path.stat().st_size <= LARGEST_BYTES]
    return {path: path.read_bytes() for path in paths}
