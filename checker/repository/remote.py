"""A repository elsewhere: its references are asked for, and a commit is fetched into an empty repository of ours."""

from __future__ import annotations

import contextlib
import shutil
import threading
from typing import TYPE_CHECKING, Final

from checker.errors import UsageError
from checker.repository import names
from checker.repository.commit import Commit
from checker.repository.objects import Objects, reading
from checker.repository.refusals import refusal
from checker.repository.scratch import SHA1_LENGTH, Scratch, new_scratch

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from checker.repository.address import Address

PEELED: Final = "^{}"  # after a tag's name: what it is put on


class RemoteRepository:
    """A repository at an address; `folder` is where ours go, one an object that is fetched."""

    def __init__(self, address: Address, folder: Path) -> None:
        self.shown = address.shown
        self._address = address
        self._folder = folder
        self._asking = new_scratch(folder / "asking.git", SHA1_LENGTH)
        self._locks: dict[str, threading.Lock] = {}

    def commit(self, ref: str) -> Commit:
        """Return the commit that `ref` means; `UsageError` where it means none, as far as the server tells."""
        names.require_ref(ref)
        if names.is_full(ref):
            return self._fetched(ref)
        told = self._ask(ref)
        found = {name: told[name] for name in names.candidates(ref) if name in told}
        if not found:
            short = "; a commit has to be named in full" if names.is_abbreviation(ref) else ""
            raise UsageError(
                f"{self.shown} has no branch or tag {names.shown(ref)}{short}",
                next_step=f"git ls-remote {self.shown}",
            )
        commits = {told.get(name + PEELED, value) for name, value in found.items()}
        if len(commits) > 1:
            raise UsageError(f"{names.shown(ref)} may be {' or '.join(found)}: name one of them")
        wanted = next(iter(found.values()))
        return Commit(self.shown, ref, commits.pop(), None, lambda: self._objects(wanted))

    def _fetched(self, name: str) -> Commit:
        """Return a commit that is named in full, which only fetching tells to be there."""
        with self._objects(name) as objects:
            try:
                commit = objects.peel(name)
            except ValueError as error:
                raise UsageError(f"{name} is a {error}, and no commit") from error
            return Commit(self.shown, name, commit, objects.tree_of(commit), lambda: self._objects(name))

    def _ask(self, ref: str) -> dict[str, str]:
        """Return what the server says the references are that `ref` may mean."""
        wanted = [one for name in names.candidates(ref) for one in (name, name + PEELED)]
        order = ("ls-remote", "--quiet", "--end-of-options", self._address.url)
        answer = self._asking.run(*order, *wanted, environ=self._address.environ)
        if answer.status != 0:
            raise refusal(self.shown, answer.trouble)
        pairs = (line.split("\t", 1) for line in answer.output.decode("utf-8", "replace").splitlines())
        return {pair[1]: pair[0] for pair in pairs if len(pair) > 1 and names.is_full(pair[0])}

    @contextlib.contextmanager
    def _objects(self, wanted: str) -> Iterator[Objects]:
        """Read what was fetched of an object, fetching it first where that was not done."""
        folder = self._folder / f"{wanted}.git"
        with self._locks.setdefault(wanted, threading.Lock()):
            scratch = Scratch(folder) if folder.exists() else self._fetch(wanted, folder)
        with reading(scratch) as objects:
            yield objects

    def _fetch(self, wanted: str, folder: Path) -> Scratch:
        beginning = folder.with_suffix(".part")
        scratch = new_scratch(beginning, len(wanted))
        options = ("--quiet", "--depth=1", "--no-tags", "--no-recurse-submodules", "--no-auto-maintenance")
        order = ("--end-of-options", self._address.url, f"+{wanted}:refs/workbench/{wanted}")
        answer = scratch.run("fetch", *options, *order, environ=self._address.environ)
        if answer.status != 0:
            shutil.rmtree(beginning, ignore_errors=True)
            raise refusal(self.shown, answer.trouble, wanted)
        beginning.rename(folder)
        return Scratch(folder)
