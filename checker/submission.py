"""Taking a submission: a frozen copy of its files, read as data.

Left out are `.git`, what git ignores, virtual environments, `node_modules` and caches; symbolic links and whatever
is no regular file are skipped; there are caps (the contract, section 1). No program of the submission's, nor git
with the submission's configuration, is run.
"""

from __future__ import annotations

import hashlib
import os
import stat
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

import pathspec

from checker.errors import SubmissionError, UsageError
from checker.workspace import refuse_full

if TYPE_CHECKING:
    from collections.abc import Iterator

MAX_FILES: Final = 5_000
MAX_BYTES: Final = 64 * 1024 * 1024
MAX_FILE_BYTES: Final = 5 * 1024 * 1024
MAX_DEPTH: Final = 64  # folders in folders; nobody's project comes near
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
REQUIRED: Final = ("app/main.py", "requirements.txt", "alembic.ini", "lambda_function.py")


@dataclass(frozen=True)
class Submission:
    """A frozen copy in `folder`; `source` is where it came from; `commit` is what `.git` there names, if anything."""

    folder: Path
    source: str
    commit: str | None
    tree: str
    skipped_links: int


def freeze(source: Path, target: Path) -> Submission:
    """Copy the submission at `source` into the new folder `target`.

    `UsageError` where there is no such folder or it cannot be read; `SubmissionError` where it is over the caps or
    lacks a file that the contract asks for.
    """
    if not source.is_dir():
        raise UsageError(f"{source} is no folder", next_step="workbench check --path FOLDER, or workbench start ID")
    digest, links, total = hashlib.sha256(), 0, 0
    try:
        for count, path in enumerate(walk(source), start=1):
            name = path.relative_to(source)
            if count > MAX_FILES:
                raise SubmissionError(f"the submission has more than {MAX_FILES} files")
            if path.is_symlink():
                links += 1
                continue
            data = read_regular(path, name)
            total += len(data)
            if total > MAX_BYTES:
                raise SubmissionError(f"the submission has more than {MAX_BYTES // 2**20} MB")
            write(target / name, data)
            digest.update(os.fsencode(name) + b"\0" + hashlib.sha256(data).digest())
    except PermissionError as error:
        raise UsageError(
            f"{error.filename or source} cannot be read: permission denied",
            next_step="give yourself the right: chmod -R u+rX .",
        ) from error
    require_files(target)
    return Submission(target, str(source), head_commit(source), digest.hexdigest(), links)


def walk(root: Path) -> Iterator[Path]:
    """Yield the files and links below `root` that take part, in a fixed order."""
    yield from _walk(root, Path(), [])


def _walk(root: Path, relative: Path, ignores: list[tuple[Path, pathspec.GitIgnoreSpec]]) -> Iterator[Path]:
    if len(relative.parts) > MAX_DEPTH:
        raise SubmissionError(f"folders lie more than {MAX_DEPTH} deep")
    folder = root / relative
    if relative.parts and (folder / "pyvenv.cfg").is_file():
        return
    entries = sorted(os.scandir(folder), key=lambda entry: entry.name)
    if any(entry.name == ".gitignore" and entry.is_file(follow_symlinks=False) for entry in entries):
        ignores = [*ignores, (relative, read_ignores(folder / ".gitignore"))]
    for entry in entries:
        name = relative / entry.name
        is_folder = entry.is_dir(follow_symlinks=False)
        if entry.name in LEFT_OUT or is_ignored(name, ignores, is_folder=is_folder):
            continue
        if is_folder:
            yield from _walk(root, name, ignores)
        elif entry.is_file(follow_symlinks=False) or entry.is_symlink():
            yield root / name


def read_ignores(path: Path) -> pathspec.GitIgnoreSpec:
    """Read a `.gitignore`; a line that is no pattern is passed over, as git does."""
    lines = path.read_bytes()[:MAX_FILE_BYTES].decode("utf-8", "replace").splitlines()
    try:
        return pathspec.GitIgnoreSpec.from_lines(lines)
    except ValueError:
        return pathspec.GitIgnoreSpec.from_lines([])


def is_ignored(name: Path, ignores: list[tuple[Path, pathspec.GitIgnoreSpec]], *, is_folder: bool) -> bool:
    """Whether git would ignore `name`: the deepest `.gitignore` that has something to say decides."""
    for base, spec in reversed(ignores):
        result = spec.check_file(name.relative_to(base).as_posix() + ("/" if is_folder else ""))
        if result.include is not None:
            return result.include
    return False


def read_regular(path: Path, name: Path) -> bytes:
    """Read a regular file up to the cap, following no link that has just appeared."""
    descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    with os.fdopen(descriptor, "rb") as file:
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            return b""
        data = file.read(MAX_FILE_BYTES + 1)
    if len(data) > MAX_FILE_BYTES:
        raise SubmissionError(f"{name} has more than {MAX_FILE_BYTES // 2**20} MB")
    return data


def write(path: Path, data: bytes) -> None:
    """Write one file of the copy."""
    with refuse_full(path):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)


def require_files(folder: Path) -> None:
    """Refuse a folder that cannot be a task service."""
    missing = [name for name in REQUIRED if not (folder / name).is_file()]
    if missing:
        raise SubmissionError(
            f"the submission has no {' and no '.join(missing)}",
            next_step="check the folder that `workbench start` made, or name it: workbench check --path FOLDER",
        )


def head_commit(source: Path) -> str | None:
    """Return the commit that `.git/HEAD` names, read as data; None where that is not to be had so simply."""
    git = source / ".git"
    try:
        head = (git / "HEAD").read_text(encoding="ascii").strip()
        if not head.startswith("ref: "):
            return head if is_commit(head) else None
        reference = head.removeprefix("ref: ")
        loose = git / reference
        if loose.is_file() and loose.resolve().is_relative_to(git.resolve()):
            return checked(loose.read_text(encoding="ascii").strip())
        for line in (git / "packed-refs").read_text(encoding="ascii").splitlines():
            if line.endswith(f" {reference}"):
                return checked(line.split()[0])
    except (OSError, ValueError):
        return None
    return None


def checked(text: str) -> str | None:
    """Return `text` if it is a commit's name."""
    return text if is_commit(text) else None


def is_commit(text: str) -> bool:
    """Whether `text` is a full object name (SHA-1 or SHA-256)."""
    return len(text) in {40, 64} and all(character in "0123456789abcdef" for character in text)
