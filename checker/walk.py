"""Which files of a folder or of a commit are a submission's, and how those of a folder are read."""

from __future__ import annotations

import os
import stat
from dataclasses import dataclass
from enum import Enum, auto
from pathlib import Path
from typing import TYPE_CHECKING, Final, Protocol

from checker.errors import SubmissionError
from checker.ignores import Rule, read_rules

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

MAX_DEPTH: Final = 64  # folders in folders; nobody's project comes near
MAX_NAME_BYTES: Final = 1024  # of a path below the root, so that the copy's path stays within the system's 4096
MAX_IGNORE_BYTES: Final = 64 * 1024  # of one `.gitignore`
MAX_RULES: Final = 2_000  # of all `.gitignore` files; the longest of GitHub's templates has some hundreds
LEFT_OUT: Final = frozenset(
    [
        ".git",
        "node_modules",
        "__pycache__",
        ".mypy_cache",
        ".pytest_cache",
        ".ruff_cache",
        ".hypothesis",
        ".tox",
        ".nox",
        ".cache",
        ".eggs",
        ".workbench",
    ]
)


class Kind(Enum):
    """What stands in a folder, as far as it may take part; `SUBMODULE` in a commit alone."""

    FILE = auto()
    FOLDER = auto()
    LINK = auto()
    SUBMODULE = auto()


@dataclass(frozen=True)
class Entry:
    """A name in a folder, and what it names."""

    name: str
    kind: Kind


class Tree(Protocol):
    """What can be walked through: a folder on disk, or the tree of a commit."""

    def entries(self, folder: Path) -> list[Entry]:
        """Return what stands in a folder, named from the root, sorted by name."""

    def read(self, name: Path, limit: int) -> bytes:
        """Return the bytes of a file; of a longer one a byte over `limit`, or `SubmissionError`."""


@dataclass(frozen=True)
class Disk:
    """A folder on disk, no link of which is followed."""

    root: Path

    def entries(self, folder: Path) -> list[Entry]:
        """Return what stands in a folder, what is neither file, folder nor link left out."""
        with os.scandir(self.root / folder) as found:
            entries = [Entry(one.name, kind) for one in found if (kind := kind_of(one)) is not None]
        return sorted(entries, key=lambda entry: entry.name)

    def read(self, name: Path, limit: int) -> bytes:
        """Return the bytes of a file."""
        return read_capped(self.root / name, limit)


def kind_of(entry: os.DirEntry[str]) -> Kind | None:
    """Return what an entry of a folder on disk is; None where it takes no part."""
    if entry.is_symlink():
        return Kind.LINK
    if entry.is_dir(follow_symlinks=False):
        return Kind.FOLDER
    return Kind.FILE if entry.is_file(follow_symlinks=False) else None


def walk(root: Path) -> Iterator[Path]:
    """Yield the files and links below `root` that take part, in a fixed order.

    `SubmissionError` where the tree is deeper, a path longer or the ignoring more involved than anybody's.
    """
    return (root / name for name, _ in walk_tree(Disk(root)))


def walk_tree(tree: Tree) -> Iterator[tuple[Path, Kind]]:
    """Yield what takes part of a tree, folders aside, named from its root; errors as of `walk`."""
    return Walk(tree).below(Path(), ())


class Walk:
    """One walk through a tree."""

    def __init__(self, tree: Tree) -> None:
        self._tree = tree
        self._rules = 0

    def below(self, folder: Path, ignores: Sequence[tuple[Path, list[Rule]]]) -> Iterator[tuple[Path, Kind]]:
        """Yield what takes part below a folder, named from the root; `ignores` are the rules from further up."""
        if len(folder.parts) > MAX_DEPTH:
            raise SubmissionError(f"folders lie more than {MAX_DEPTH} deep")
        if len(os.fsencode(folder)) > MAX_NAME_BYTES:
            raise SubmissionError(f"a folder's path has more than {MAX_NAME_BYTES} bytes")
        entries = self._tree.entries(folder)
        names = {entry.name for entry in entries if entry.kind is Kind.FILE}
        if folder.parts and "pyvenv.cfg" in names:
            return
        if ".gitignore" in names:
            ignores = [*ignores, (folder, self._read_rules(folder / ".gitignore"))]
        for entry in entries:
            yield from self._of(folder / entry.name, entry, ignores)

    def _of(self, name: Path, entry: Entry, ignores: Sequence[tuple[Path, list[Rule]]]) -> Iterator[tuple[Path, Kind]]:
        is_folder = entry.kind is Kind.FOLDER
        if entry.name in LEFT_OUT or is_ignored(name, ignores, is_folder=is_folder):
            return
        if is_folder:
            yield from self.below(name, ignores)
        else:
            yield name, entry.kind

    def _read_rules(self, name: Path) -> list[Rule]:
        data = self._tree.read(name, MAX_IGNORE_BYTES)
        if len(data) > MAX_IGNORE_BYTES:
            raise SubmissionError(f"{name} has more than {MAX_IGNORE_BYTES // 1024} kB")
        rules = list(read_rules(data, MAX_RULES + 1 - self._rules))
        self._rules += len(rules)
        if self._rules > MAX_RULES:
            raise SubmissionError(f"the .gitignore files have more than {MAX_RULES} patterns")
        return rules


def is_ignored(name: Path, ignores: Sequence[tuple[Path, list[Rule]]], *, is_folder: bool) -> bool:
    """Whether git would ignore `name`: of the deepest `.gitignore` that has something to say the last rule decides."""
    for base, rules in reversed(ignores):
        names = [os.fsencode(part) for part in name.relative_to(base).parts]
        for rule in reversed(rules):
            if rule.meets(names, is_folder=is_folder):
                return not rule.negated
    return False


def read_capped(path: Path, limit: int) -> bytes:
    """Read a regular file to one byte over `limit`, following no link; what is no such file has no bytes."""
    descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    with os.fdopen(descriptor, "rb") as file:
        return file.read(limit + 1) if stat.S_ISREG(os.fstat(descriptor).st_mode) else b""
