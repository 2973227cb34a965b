"""Letting an empty repository of ours find another's objects, and nothing else of that repository.

The objects' folders are linked one by one. Git's own way of borrowing (alternates) would also follow what that
repository borrows elsewhere, and read the graphs and indices that it keeps beside the objects.
"""

from __future__ import annotations

import os
import re
from itertools import islice
from typing import TYPE_CHECKING, Final

from checker.errors import SubmissionError
from checker.workspace import refuse_full

if TYPE_CHECKING:
    from pathlib import Path

LOOSE: Final = re.compile(r"[0-9a-f]{2}")
PACKED: Final = re.compile(r"pack-[0-9a-f]{40,64}\.(?:pack|idx)")
MAX_ENTRIES: Final = 200_000  # files of objects and packs; git packs what is loose from some thousands on


def link_objects(objects: Path, ours: Path) -> None:
    """Link the files of `objects` into the empty folder `ours`."""
    seen = 0
    for folder in entries(objects):
        if LOOSE.fullmatch(folder.name) and folder.is_dir(follow_symlinks=False):
            files = entries(objects / folder.name)
            seen = counted(seen + len(files))
            if all(entry.is_file(follow_symlinks=False) for entry in files):  # a pipe would be waited for
                link(ours / folder.name, objects / folder.name)
    packs = objects / "pack"
    for file in entries(packs) if packs.is_dir() and not packs.is_symlink() else []:
        if PACKED.fullmatch(file.name) and file.is_file(follow_symlinks=False):
            link(ours / "pack" / file.name, packs / file.name)


def entries(folder: Path) -> list[os.DirEntry[str]]:
    """Return what stands in a folder, as far as that is within reason."""
    with os.scandir(folder) as found:
        some = list(islice(found, MAX_ENTRIES + 1))
    counted(len(some))
    return some


def counted(seen: int) -> int:
    """Return how many files were seen, as long as that is within reason."""
    if seen > MAX_ENTRIES:
        raise SubmissionError(f"the repository has more than {MAX_ENTRIES} files of objects: git gc")
    return seen


def link(ours: Path, theirs: Path) -> None:
    """Make a link of ours."""
    with refuse_full(ours):
        ours.symlink_to(theirs.resolve())


def lacking(common: Path) -> str:
    """Say why a repository may lack objects that its commits name; nothing where it should have them all."""
    objects = common / "objects"
    if (objects / "info" / "alternates").is_file():
        return "it borrows objects from another repository, which is not followed"
    if any((objects / "pack").glob("*.promisor")):
        return "it is a partial clone, and nothing is fetched for it"
    return ""
