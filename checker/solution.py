"""The model solution, as files or as a difference to somebody's own."""

from __future__ import annotations

import difflib
from typing import TYPE_CHECKING

from checker.assemble import assembled
from checker.errors import UsageError
from checker.progress import ProgressBook

if TYPE_CHECKING:
    from pathlib import Path

    from checker.catalog import Catalog


def require_pass(book: ProgressBook, kata: str, folder: Path, *, force: bool) -> None:
    """Refuse to show the solution before the kata has passed in `folder`, unless it is forced."""
    if not force and not book.read(kata, folder).passed:
        raise UsageError(
            f"{kata} has not passed in {folder} yet",
            next_step=f"workbench check {kata}, or to see it all the same: workbench solution {kata} --force",
        )


def changed_files(catalog: Catalog, kata: str) -> list[Path]:
    """Return the solution's own files, relative to a submission's root."""
    root = catalog.place(kata).solution
    return sorted(
        path.relative_to(root) for path in root.rglob("*") if path.is_file() and "__pycache__" not in path.parts
    )


def solution_files(catalog: Catalog, kata: str) -> str:
    """Return the solution's files, one after the other, each under its name."""
    root = catalog.place(kata).solution
    return "\n".join(f"# {name}\n{(root / name).read_text(encoding='utf-8')}" for name in changed_files(catalog, kata))


def difference(catalog: Catalog, kata: str, own: Path | None) -> str:
    """Return the unified difference from `own` files, or the starter's where there are none, to the solution's."""
    with assembled(catalog.layers(kata)) as starter:
        base = own or starter
        return "".join(
            part
            for name in changed_files(catalog, kata)
            for part in file_difference(base / name, catalog.place(kata).solution / name, str(name))
        )


def file_difference(before: Path, after: Path, name: str) -> list[str]:
    """Return the lines of one file's difference."""
    old = before.read_text(encoding="utf-8", errors="replace").splitlines(keepends=True) if before.is_file() else []
    new = after.read_text(encoding="utf-8").splitlines(keepends=True)
    lines = difflib.unified_diff(old, new, f"yours/{name}", f"solution/{name}")
    return [line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n" for line in lines]
