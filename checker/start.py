"""Starting a kata: a fresh git repository with the starter, its brief and its visible tests."""

from __future__ import annotations

import contextlib
import os
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

import yaml

from checker import processes
from checker.assemble import BYPRODUCTS, assemble
from checker.errors import InfrastructureError, UsageError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from checker.catalog import Catalog

MARKER: Final = ".workbench.yaml"  # names the kata that a folder was made for
GIT_SECONDS: Final = 30.0
AUTHOR: Final = ("-c", "user.name=workbench", "-c", "user.email=workbench@localhost")


@dataclass(frozen=True)
class Started:
    """A folder that was made for a kata."""

    kata: str
    folder: Path


def start(catalog: Catalog, identifier: str, folder: Path, *, solved: bool = False) -> Started:
    """Make `folder` with the starter of a kata, or its model solution, in a git repository of its own.

    `UsageError` where the folder is there and not empty.
    """
    catalog.load(identifier)
    require_new(folder, next_step=f"workbench start {identifier} ANOTHER_FOLDER")
    with writing(folder):
        lay_out(catalog, identifier, folder, solved=solved)
    make_repository(folder, identifier)
    return Started(identifier, folder)


def require_new(folder: Path, *, next_step: str) -> None:
    """Refuse a folder that is there and not empty."""
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise UsageError(f"{folder} is there already", next_step=next_step)


@contextlib.contextmanager
def writing(folder: Path) -> Iterator[None]:
    """Turn a folder that cannot be written into a wrong call."""
    try:
        yield
    except OSError as error:
        raise UsageError(f"cannot write {folder}: {error.strerror}", next_step="name another folder") from error


def lay_out(catalog: Catalog, identifier: str, folder: Path, *, solved: bool) -> None:
    """Write the starter or the solution, the kata's README, its visible tests and the marker."""
    kata = catalog.place(identifier).kata
    assemble(catalog.layers(identifier, solved=solved), folder)
    shutil.copy(kata / "README.md", folder / "README.md")
    if (kata / "tests").is_dir():
        shutil.copytree(kata / "tests", folder / "tests", dirs_exist_ok=True, ignore=BYPRODUCTS)
    (folder / MARKER).write_text(yaml.safe_dump({"kata": identifier}), encoding="utf-8")


def make_repository(folder: Path, identifier: str) -> None:
    """Make a git repository with one commit; without git the folder is as good to work in."""
    git = shutil.which("git")
    if git is None:
        return
    environ = {"PATH": os.environ.get("PATH", ""), "HOME": str(Path.home()), "GIT_CONFIG_NOSYSTEM": "1"}
    commit = ("commit", "--quiet", "--no-gpg-sign", "--no-verify", "--message", f"Start {identifier}")
    for arguments in (("init", "--quiet", "--initial-branch", "main"), ("add", "--all"), (*AUTHOR, *commit)):
        done = processes.run([git, *arguments], environ=environ, cwd=folder, seconds=GIT_SECONDS)
        if done.returncode != 0:
            raise InfrastructureError(f"git {arguments[0]} failed: {done.stdout.strip()}")


def find_started(folder: Path) -> Started:
    """Return the kata and root of the started folder that `folder` is, or lies in; `UsageError` where it is in none."""
    for candidate in (folder.resolve(), *folder.resolve().parents):
        marker = candidate / MARKER
        if marker.is_file():
            return Started(read_marker(marker), candidate)
    raise UsageError(
        f"{folder.resolve()} is not a folder that `workbench start` made",
        next_step="name the kata and the folder: workbench check task2 --path FOLDER (workbench list shows the katas)",
    )


def read_marker(marker: Path) -> str:
    """Return the kata that a marker names."""
    try:
        data = yaml.safe_load(marker.read_text(encoding="utf-8")[:10_000])
    except (OSError, ValueError, RecursionError, yaml.YAMLError) as error:
        raise UsageError(f"{marker} cannot be read: {error}", next_step="write `kata: ID` into it") from error
    if not isinstance(data, dict) or not isinstance(data.get("kata"), str):
        raise UsageError(f"{marker} does not name a kata", next_step="write `kata: ID` into it")
    return str(data["kata"])
