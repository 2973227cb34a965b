"""Submissions that are made to be graded: known-bad variants of a model solution, and good ones in other designs."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from pydantic import Field

from checker.assemble import assemble
from checker.catalog import ALL_TASKS
from checker.errors import InfrastructureError
from checker.schema import Identifier, Strict, Text, read_model

if TYPE_CHECKING:
    from checker.catalog import Catalog


class Edit(Strict):
    """One replacement in one file; the text to replace stands there exactly once."""

    file: Text
    replace: Text
    by: str


class Variant(Strict):
    """A mistake that candidates make, as edits on the model solution, and the one requirement that it breaks.

    Where the mistake cannot be made without breaking the promises of others too, `also` names them.
    """

    id: Identifier
    requirement: Identifier
    also: tuple[Identifier, ...] = ()
    why: Text
    edits: tuple[Edit, ...] = Field(min_length=1)


class VariantFile(Strict):
    """The variants of a kata."""

    variants: tuple[Variant, ...]


@dataclass(frozen=True)
class Subject:
    """A submission and what its verdict has to be: the requirements that fail; none means that it passes."""

    kata: str
    name: str
    layers: tuple[Path, ...]
    edits: tuple[Edit, ...]
    failing: frozenset[str]

    def write(self, folder: Path) -> Path:
        """Write the submission into a new folder; an edit that no longer fits is an error."""
        assemble(self.layers, folder)
        for edit in self.edits:
            apply(edit, folder, self.name)
        return folder


def apply(edit: Edit, folder: Path, name: str) -> None:
    """Make one edit."""
    path = folder / edit.file
    text = path.read_text(encoding="utf-8") if path.is_file() else ""
    if text.count(edit.replace) != 1:
        count = text.count(edit.replace)
        raise InfrastructureError(f"{name}: {edit.replace!r} stands {count} times in {edit.file}, not once")
    path.write_text(text.replace(edit.replace, edit.by), encoding="utf-8")


def read_variants(catalog: Catalog, kata: str) -> tuple[Variant, ...]:
    """Read a kata's variants; what is wrong with the file is named by file and key."""
    try:
        return read_model(catalog.place(kata).variants, VariantFile).variants
    except FileNotFoundError:
        return ()


def subjects(catalog: Catalog, kata: str) -> list[Subject]:
    """Return everything that the gate grades for a kata: the starter, the solution, alternatives, variants.

    A coding task is also graded on the branch that holds them all, as candidates may keep one branch for everything.
    """
    described = catalog.load(kata)
    faulty = frozenset(one.id for one in described.requirements) - frozenset(described.kept)
    solved = tuple(catalog.layers(kata, solved=True))
    found = [
        Subject(kata, "starter", tuple(catalog.layers(kata)), (), faulty),
        Subject(kata, "solution", solved, (), frozenset()),
    ]
    found += [
        Subject(kata, f"good/{folder.name}", (*catalog.layers(kata), folder), (), frozenset())
        for folder in sorted(catalog.place(kata).alternatives.glob("*"))
        if folder.is_dir()
    ]
    if together := catalog.all_tasks_layers(kata):
        found.append(Subject(kata, f"good/{ALL_TASKS}", tuple(together), (), frozenset()))
    for variant in read_variants(catalog, kata):
        name = f"bad/{variant.id}"
        found.append(Subject(kata, name, solved, variant.edits, frozenset({variant.requirement, *variant.also})))
    return found
