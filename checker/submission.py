"""Taking a submission: a frozen copy of its files, read as data.

Left out are `.git`, what git ignores, virtual environments, `node_modules` and caches; symbolic links and whatever
is no regular file are skipped; there are caps (the contract, section 1). No program of the submission's, nor git
with the submission's configuration, is run.
"""

from __future__ import annotations

import hashlib
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Protocol

from checker.errors import SubmissionError, UsageError
from checker.verdict import Origin
from checker.walk import read_capped, walk
from checker.workspace import refuse_full

MAX_FILES: Final = 5_000
MAX_BYTES: Final = 64 * 1024 * 1024
MAX_FILE_BYTES: Final = 5 * 1024 * 1024
MAX_GIT_BYTES: Final = 1024 * 1024  # of a file of git's; ten thousand packed references
REQUIRED: Final = ("app/main.py", "requirements.txt", "alembic.ini", "lambda_function.py")


@dataclass(frozen=True)
class Submission:
    """A frozen copy in `folder`; `source` is where it came from; `commit` is what `.git` there names, if anything.

    Of a commit that was read from a repository, `repository` names that, and `tree` is git's own name of the tree.
    """

    folder: Path
    source: str
    commit: str | None
    tree: str
    skipped_links: int
    repository: str | None = None
    skipped_submodules: int = 0

    @property
    def origin(self) -> Origin:
        """What was graded, as a verdict tells it."""
        path = None if self.repository else self.source
        return Origin(path=path, repository=self.repository, commit=self.commit, tree=self.tree)


class Source(Protocol):
    """What can become a submission: a folder, or a commit of a repository."""

    @property
    def origin(self) -> Origin:
        """What is known of it before it is read."""

    def freeze(self, target: Path) -> Submission:
        """Copy it into the new folder `target`; errors as of `freeze` below."""


@dataclass(frozen=True)
class Folder:
    """A folder as it is when it is frozen."""

    path: Path

    @property
    def origin(self) -> Origin:
        """Its path, which is all that is known before it is read."""
        return Origin(path=str(self.path))

    def freeze(self, target: Path) -> Submission:
        """Copy its files."""
        return freeze(self.path, target)


def freeze(source: Path, target: Path) -> Submission:
    """Copy the submission at `source` into the new folder `target`.

    `UsageError` where there is no such folder or it cannot be read; `SubmissionError` where it is over the caps or
    lacks a file that the contract asks for.
    """
    if not source.is_dir():
        raise UsageError(f"{source} is no folder", next_step="workbench check --path FOLDER, or workbench start ID")
    digest, copy, links = hashlib.sha256(), Copy(target), 0
    try:
        for path in walk(source):
            name = path.relative_to(source)
            if path.is_symlink():
                links += 1
                continue
            data = read_regular(path, name)
            copy.add(name, data)
            digest.update(os.fsencode(name) + b"\0" + hashlib.sha256(data).digest())
    except OSError as error:
        raise unreadable(source, error) from error
    require_files(target)
    return Submission(target, str(source), head_commit(source), digest.hexdigest(), links)


class Copy:
    """The copy of a submission in a new folder, as it is written file by file within the caps."""

    def __init__(self, target: Path) -> None:
        self._target = target
        self._files = 0
        self._bytes = 0

    def add(self, name: Path, data: bytes) -> None:
        """Write one file, named from the root."""
        self._files += 1
        self._bytes += len(data)
        refuse_too_many(self._files)
        if self._bytes > MAX_BYTES:
            raise SubmissionError(f"the submission has more than {MAX_BYTES // 2**20} MB")
        write(self._target / name, data)


def refuse_too_many(files: int) -> None:
    """Refuse more files than a submission may have."""
    if files > MAX_FILES:
        raise SubmissionError(f"the submission has more than {MAX_FILES} files")


def unreadable(source: Path, error: OSError) -> UsageError:
    """Say what could not be read: denied, or gone or changed while it was copied."""
    denied = isinstance(error, PermissionError)
    next_step = "give yourself the right: chmod -R u+rX ." if denied else "run the same command again"
    return UsageError(
        f"{error.filename or source} cannot be read: {(error.strerror or str(error)).lower()}", next_step=next_step
    )


def read_regular(path: Path, name: Path) -> bytes:
    """Read a file of the submission; `SubmissionError` where it is over the cap."""
    data = read_capped(path, MAX_FILE_BYTES)
    if len(data) > MAX_FILE_BYTES:
        raise SubmissionError(f"{name} has more than {MAX_FILE_BYTES // 2**20} MB")
    return data


def write(path: Path, data: bytes) -> None:
    """Write one file of the copy, which is not there yet."""
    with refuse_full(path):
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("xb") as file:
            file.write(data)


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
        head = read_capped(git / "HEAD", MAX_GIT_BYTES).decode("ascii").strip()
        if not head.startswith("ref: "):
            return checked(head)
        reference = head.removeprefix("ref: ")
        loose = git / reference
        if loose.is_file() and loose.resolve().is_relative_to(git.resolve()):
            return checked(read_capped(loose, MAX_GIT_BYTES).decode("ascii").strip())
        for line in read_capped(git / "packed-refs", MAX_GIT_BYTES).decode("ascii").splitlines():
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
