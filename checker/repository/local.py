"""A repository on this machine: its references read as data, its objects found by an empty repository of ours.

Git is never run on it. Nothing in it is followed out of it: no link, no borrowed objects, no `.git` file that the
repository it names does not know of.
"""

from __future__ import annotations

import contextlib
import re
import secrets
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from checker.errors import UsageError
from checker.repository import names
from checker.repository.commit import Commit
from checker.repository.links import lacking, link_objects
from checker.repository.objects import MissingError, Objects, reading
from checker.repository.references import References
from checker.repository.scratch import SHA1_LENGTH, SHA256_LENGTH, new_scratch
from checker.walk import read_capped

if TYPE_CHECKING:
    from collections.abc import Iterator

MAX_POINTER_BYTES: Final = 4096  # of a `.git` file, and of those that lead back to it
MAX_CONFIG_BYTES: Final = 1024**2
SHA256: Final = re.compile(rb"^\s*objectformat\s*=\s*\"?sha256", re.IGNORECASE | re.MULTILINE)


@dataclass(frozen=True)
class Place:
    """Where a repository's files are: those of the one checkout, and those that all its checkouts share."""

    own: Path
    common: Path


class LocalRepository:
    """A repository in a folder; `folder` is where the empty ones of ours go."""

    def __init__(self, path: Path, folder: Path) -> None:
        self.shown = str(path)
        self._place = find_place(path)
        self._folder = folder
        self._references = References(self._place.own, self._place.common)

    def commit(self, ref: str) -> Commit:
        """Return the commit that `ref` means; `UsageError` where it means none."""
        names.require_ref(ref)
        with self._objects() as objects:
            start = self._start(ref, objects)
            try:
                name = objects.peel(start)
                return Commit(self.shown, ref, name, objects.tree_of(name), self._objects)
            except MissingError as error:
                raise self._without(ref) from error
            except ValueError as error:
                raise UsageError(f"{names.shown(ref)} names a {error}, and no commit") from error

    def _start(self, ref: str, objects: Objects) -> str:
        """Return the object that `ref` names by itself, as a reference, or by its beginning."""
        if names.is_full(ref):
            return ref
        found = self._references.find(ref)
        if len(set(found.values())) > 1:
            raise UsageError(f"{names.shown(ref)} may be {' or '.join(found)}: name one of them")
        if found:
            return next(iter(found.values()))
        if names.is_abbreviation(ref) and (there := objects.find(ref)) is not None:
            return there.name
        raise self._without(ref)

    def _without(self, ref: str) -> UsageError:
        reason = lacking(self._place.common) or self._references.hidden()
        return UsageError(
            f"{self.shown} has no branch, tag or commit {names.shown(ref)}{reason and f': {reason}'}",
            next_step="name one that is there: --ref main, --ref origin/main, --ref v1.0, or a commit in full",
        )

    @contextlib.contextmanager
    def _objects(self) -> Iterator[Objects]:
        """Read the repository's objects; what it lacks because it is not whole is no commit's fault."""
        scratch = new_scratch(self._folder / f"{secrets.token_hex(4)}.git", self._length())
        try:
            link_objects(self._place.common / "objects", scratch.folder / "objects")
            with reading(scratch) as objects:
                yield objects
        except MissingError as error:
            if reason := lacking(self._place.common):
                raise UsageError(f"{self.shown} is not whole: {reason}", next_step="name a full clone") from error
            raise
        finally:
            shutil.rmtree(scratch.folder, ignore_errors=True)

    def _length(self) -> int:
        """Return how long its objects' names are."""
        return SHA256_LENGTH if SHA256.search(pointer(self._place.common / "config", MAX_CONFIG_BYTES)) else SHA1_LENGTH


def find_place(path: Path) -> Place:
    """Return where the repository at `path` has its files; `UsageError` where there is none."""
    git = path / ".git"
    if git.is_symlink():
        raise UsageError(f"{git} is a link", next_step="name the repository that it leads to: --repo PATH")
    if git.is_file():
        place = place_of_worktree(git)
    else:
        own = git if git.is_dir() else path
        place = Place(own, own)
    if not is_whole(place.common):
        raise UsageError(f"{path} is no git repository", next_step="name its root folder, or a URL: --repo URL|PATH")
    return place


def is_whole(common: Path) -> bool:
    """Whether a folder has what a repository has, in itself."""
    parts = [common / "objects", common / "HEAD"]
    return parts[0].is_dir() and parts[1].is_file() and not any(part.is_symlink() for part in parts)


def place_of_worktree(git: Path) -> Place:
    """Return the places that a `.git` file names, if the repository there names it, too (git-worktree(1))."""
    named = pointer(git).decode("utf-8", "surrogateescape").strip()
    with contextlib.suppress(OSError, ValueError, RuntimeError):
        own = (git.parent / named.removeprefix("gitdir: ")).resolve(strict=True)
        common = own.parent.parent
        back = pointer(own / "gitdir").decode("utf-8", "surrogateescape").strip()
        if own.parent == common / "worktrees" and (own / back).resolve(strict=True) == git.resolve(strict=True):
            return Place(own, common)
    raise UsageError(
        f"{git} leads to a repository that does not know of it", next_step="name that repository itself: --repo PATH"
    )


def pointer(path: Path, limit: int = MAX_POINTER_BYTES) -> bytes:
    """Return what a small file of git's holds; nothing where there is none."""
    try:
        return read_capped(path, limit)[:limit]
    except OSError:
        return b""
