"""A commit as a submission: its files, copied from git's objects."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

from checker.repository.tree import CommitTree
from checker.requirements import require_plain
from checker.submission import MAX_FILE_BYTES, Copy, Submission, refuse_too_many, require_files
from checker.verdict import Origin
from checker.walk import Kind, walk_tree

if TYPE_CHECKING:
    from collections.abc import Callable
    from contextlib import AbstractContextManager
    from pathlib import Path

    from checker.repository.objects import Objects


class Repository(Protocol):
    """Where commits are had from."""

    @property
    def shown(self) -> str:
        """What a verdict calls it: a path or a URL, without a password."""

    def commit(self, ref: str) -> Commit:
        """Return the commit that a branch, a tag or a commit's name means; `UsageError` where it means none."""


@dataclass(frozen=True)
class Commit:
    """A commit of a repository, as `ref` named it; `name` and `tree` are git's names (None: not read yet)."""

    repository: str
    ref: str
    name: str
    tree: str | None
    objects: Callable[[], AbstractContextManager[Objects]] = field(repr=False, compare=False)

    @property
    def origin(self) -> Origin:
        """What a verdict tells of it."""
        return Origin(repository=self.repository, commit=self.name, tree=self.tree, ref=self.ref)

    def freeze(self, target: Path) -> Submission:
        """Copy its files into the new folder `target`: those that a checkout's folder would be frozen to.

        `SubmissionError` where it is over a cap, holds a name that no file may have, is broken, or has requirements
        that choose more than packages: what is had from a repository may be anybody's.
        """
        copy = Copy(target)
        with self.objects() as objects:
            root = objects.tree_of(self.name)
            tree = CommitTree(objects, root)
            found = names_by_kind(tree)
            for name in found[Kind.FILE]:
                copy.add(name, tree.read(name, MAX_FILE_BYTES))
        require_files(target)
        require_plain(target)
        links, submodules = len(found[Kind.LINK]), len(found[Kind.SUBMODULE])
        return Submission(target, self.repository, self.name, root, links, self.repository, submodules)


def names_by_kind(tree: CommitTree) -> dict[Kind, list[Path]]:
    """Return what takes part of a commit; too many files are refused before the first is read."""
    found: dict[Kind, list[Path]] = {kind: [] for kind in Kind}
    for name, kind in walk_tree(tree):
        found[kind].append(name)
        refuse_too_many(len(found[Kind.FILE]))
    return found
