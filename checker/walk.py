"""Which files of a folder are a submission's, and how they are read."""

from __future__ import annotations

import os
import stat
from pathlib import Path
from typing import TYPE_CHECKING, Final

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


def walk(root: Path) -> Iterator[Path]:
    """Yield the files and links below `root` that take part, in a fixed order.

    `SubmissionError` where the tree is deeper, a path longer or the ignoring more involved than anybody's.
    """
    return Walk(root).below(Path(), ())


class Walk:
    """One walk through a tree."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self._rules = 0

    def below(self, folder: Path, ignores: Sequence[tuple[Path, list[Rule]]]) -> Iterator[Path]:
        """Yield what takes part below a folder, named from the root; `ignores` are the rules from further up."""
        if len(folder.parts) > MAX_DEPTH:
            raise SubmissionError(f"folders lie more than {MAX_DEPTH} deep")
        if len(os.fsencode(folder)) > MAX_NAME_BYTES:
            raise SubmissionError(f"a folder's path has more than {MAX_NAME_BYTES} bytes")
        entries = sorted(os.scandir(self._root / folder), key=lambda entry: entry.name)
        names = {entry.name for entry in entries if entry.is_file(follow_symlinks=False)}
        if folder.parts and "pyvenv.cfg" in names:
            return
        if ".gitignore" in names:
            ignores = [*ignores, (folder, self._read_rules(folder / ".gitignore"))]
        for entry in entries:
            yield from self._of(folder / entry.name, entry, ignores)

    def _of(self, name: Path, entry: os.DirEntry[str], ignores: Sequence[tuple[Path, list[Rule]]]) -> Iterator[Path]:
        is_folder = entry.is_dir(follow_symlinks=False)
        if entry.name in LEFT_OUT or is_ignored(name, ignores, is_folder=is_folder):
            return
        if is_folder:
            yield from self.below(name, ignores)
        elif entry.is_file(follow_symlinks=False) or entry.is_symlink():
            yield self._root / name

    def _read_rules(self, name: Path) -> list[Rule]:
        data = read_capped(self._root / name, MAX_IGNORE_BYTES)
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
