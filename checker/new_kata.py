"""A kata of one's own, begun: a small one that is whole, so that the gate is green before the first change."""

from __future__ import annotations

import re
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from checker.assemble import BYPRODUCTS
from checker.errors import UsageError
from checker.variants import Edit, apply

if TYPE_CHECKING:
    from checker.catalog import Catalog

ID: Final = re.compile(r"[a-z][a-z0-9-]*")
PLACEHOLDER: Final = "your-kata"
CHANGED: Final = "app/main.py"
SOLUTION: Final = Edit(file=CHANGED, replace='{"status": "ok"}', by='{"status": "ok", "version": "1"}')


@dataclass(frozen=True)
class NewKata:
    """A kata that was begun, and the folder of katas that `WORKBENCH_KATAS` has to name."""

    id: str
    folder: Path

    @property
    def katas(self) -> Path:
        """The folder that holds it."""
        return self.folder.parent


def new_kata(catalog: Catalog, identifier: str, katas: Path) -> NewKata:
    """Write a kata into a new folder of its name below `katas`; `UsageError` where that cannot be."""
    if not ID.fullmatch(identifier):
        raise UsageError(
            f"{identifier!r} is no id: lower-case letters, digits and hyphens, a letter first",
            next_step="workbench dev new my-kata",
        )
    if identifier in catalog.ids():
        raise UsageError(f"there is a kata {identifier!r} already", next_step="choose another id")
    folder = katas / identifier
    try:
        write(catalog, identifier, folder)
    except FileExistsError as error:
        raise UsageError(f"{folder} is there already", next_step="choose another id, or remove it") from error
    except OSError as error:
        raise UsageError(f"cannot write {folder}: {error.strerror}", next_step="name another folder by --in") from error
    return NewKata(identifier, folder)


def write(catalog: Catalog, identifier: str, folder: Path) -> None:
    """Copy the template, put the id in, and make the solution from today's service."""
    shutil.copytree(catalog.content.template, folder, ignore=BYPRODUCTS)
    description = folder / "kata.yaml"
    text = description.read_text(encoding="utf-8")
    description.write_text(text.replace(PLACEHOLDER, identifier), encoding="utf-8")
    changed = folder / "solution" / CHANGED
    changed.parent.mkdir(parents=True)
    shutil.copy(catalog.content.service / CHANGED, changed)
    apply(SOLUTION, folder / "solution", identifier)
