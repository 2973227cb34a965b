"""The tree of a commit, walked through like a folder; every name in it is looked at before it is used."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Final

from checker.errors import SubmissionError
from checker.repository.names import require_name, shown
from checker.repository.objects import TooLargeError
from checker.walk import Entry, Kind

if TYPE_CHECKING:
    from collections.abc import Iterator

    from checker.repository.objects import Objects

MAX_FOLDERS: Final = 2_000  # that are looked into; a submission may have 5,000 files
MAX_TREE_BYTES: Final = 2 * 1024**2  # of all folders' lists: 5,000 files with names of 400 bytes
KINDS: Final = {
    b"100644": Kind.FILE,
    b"100664": Kind.FILE,  # written by the first versions of git
    b"100755": Kind.FILE,
    b"40000": Kind.FOLDER,
    b"120000": Kind.LINK,
    b"160000": Kind.SUBMODULE,
}


class CommitTree:
    """What a commit holds; a list of a folder is read when the folder is looked into, a file when it is read."""

    def __init__(self, objects: Objects, root: str) -> None:
        self._objects = objects
        self._names = {Path(): root}
        self._folders = 0
        self._bytes = 0

    def entries(self, folder: Path) -> list[Entry]:
        """Return what stands in a folder, named from the root, sorted by name."""
        found: dict[str, Entry] = {}
        for mode, raw, name in listed(self._list(self._names[folder]), len(self._names[Path()]) // 2):
            require_name(raw)
            text = os.fsdecode(raw)
            if text in found:
                raise SubmissionError(f"the commit has two entries of one name: {shown(str(folder / text))}")
            found[text] = Entry(text, kind_of(mode, text))
            self._names[folder / text] = name
        return sorted(found.values(), key=lambda entry: entry.name)

    def read(self, name: Path, limit: int) -> bytes:
        """Return the bytes of a file, named from the root; `SubmissionError` where it has more than `limit`."""
        try:
            return self._objects.read(self._names[name], "blob", limit)
        except TooLargeError as error:
            unit, size = ("MB", 2**20) if limit >= 2**20 else ("kB", 2**10)
            raise SubmissionError(f"{shown(str(name))} has more than {limit // size} {unit}") from error

    def _list(self, tree: str) -> bytes:
        """Return a tree's bytes, within what all of them may have."""
        self._folders += 1
        if self._folders > MAX_FOLDERS:
            raise SubmissionError(f"the commit has more than {MAX_FOLDERS} folders")
        try:
            data = self._objects.read(tree, "tree", MAX_TREE_BYTES - self._bytes)
        except TooLargeError as error:
            raise SubmissionError(
                f"the commit's folders list more than {MAX_TREE_BYTES // 2**20} MB of names"
            ) from error
        self._bytes += len(data)
        return data


def kind_of(mode: bytes, name: str) -> Kind:
    """Return what an entry of a tree is."""
    kind = KINDS.get(mode)
    if kind is None:
        raise SubmissionError(f"the commit has an entry of no known kind: {shown(name)}")
    return kind


def listed(data: bytes, length: int) -> Iterator[tuple[bytes, bytes, str]]:
    """Yield the entries of a tree object: mode, name, and the object's name, which has `length` bytes there."""
    at = 0
    while at < len(data):
        space = data.find(b" ", at)
        end = data.find(b"\0", space)
        name = data[end + 1 : end + 1 + length]
        if space < 0 or end < 0 or len(name) != length:
            raise SubmissionError("a folder of the commit is not listed as git lists one")
        yield data[at:space], data[space + 1 : end], name.hex()
        at = end + 1 + length
