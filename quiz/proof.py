"""The proof of the question bank, for `workbench dev check`: nothing of the document is missing, nothing leads nowhere.

What the schema proves by itself (keywords that are not empty, sources by https, ids that are not used twice) is not
repeated here.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from checker.errors import InfrastructureError
from quiz import document
from quiz.bank import read_bank
from quiz.code import find_excerpt

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from checker.catalog import Catalog
    from quiz.bank import Bank, Item


@dataclass(frozen=True)
class Proof:
    """What was counted, as a sentence, and what is wrong, a line each."""

    counts: str
    findings: tuple[str, ...]


def told(proof: Proof) -> str:
    """Return a proof as text."""
    return "".join(f"{line}\n" for line in (proof.counts, *proof.findings))


def prove_file(path: Path, catalog: Catalog) -> Proof:
    """Read a bank and prove it; one that cannot be read is a finding."""
    try:
        bank = read_bank(path)
    except InfrastructureError as error:
        return Proof(f"{path.name}: not read", (error.message,))
    return Proof(f"{path.name}: {counted(bank)}", tuple(f"{path.name}: {one}" for one in prove(bank, catalog)))


def counted(bank: Bank) -> str:
    """Return what the bank holds, as numbers."""
    items = bank.items.values()
    kinds = Counter(item.kind for item in items)
    follow_ups = [one for item in items for one in item.follow_ups]
    return (
        f"{kinds['question']} questions, {kinds['task']} coding tasks and {kinds['scenario']} scenarios "
        f"in {sum(not section.bonus for section in bank.sections)} sections and the bonus part; "
        f"{sum(len(item.points) for item in items)} points, {len(follow_ups)} follow-ups "
        f"({sum(one.documented for one in follow_ups)} documented) "
        f"with {sum(len(one.points) for one in follow_ups)} more, "
        f"{sum(point.correction is not None for item in items for point in item.every_point)} corrections, "
        f"{sum(len(item.code) for item in items)} code references"
    )


def prove(bank: Bank, catalog: Catalog) -> list[str]:
    """Return everything that is wrong with a bank, a sentence each; the catalog holds the service and the katas."""
    return [*structure(bank), *items_as_documented(bank), *references(bank, catalog), *katas(bank, catalog)]


def structure(bank: Bank) -> Iterator[str]:
    """Compare sections, minutes, criteria and resources with the document's."""
    wanted = {section.id: section for section in document.SECTIONS}
    yield from compared("the sections", [section.id for section in bank.sections], list(wanted))
    for section in bank.sections:
        if section.id in wanted:
            yield from compared(f"{section.id}: the minutes", section.minutes, wanted[section.id].minutes)
            yield from compared(
                f"{section.id}: the items", [item.id for item in section.items], list(wanted[section.id].items)
            )
        if not section.bonus and sum(item.minutes for item in section.items) != section.minutes:
            yield f"{section.id}: the minutes of its items do not add up to {section.minutes}"
    for one in bank.levels:
        yield from compared(f"{one.level}: the number of criteria", len(one.criteria), document.CRITERIA[one.level])
    yield from compared("the number of resources", len(bank.resources), document.RESOURCES)


def items_as_documented(bank: Bank) -> Iterator[str]:
    """Compare every item's kind, groups of points and documented follow-ups with the document's."""
    for section in document.SECTIONS:
        for identifier, wanted in section.items.items():
            if identifier in bank.items:
                yield from item_as_documented(bank.items[identifier], wanted)
    for identifier, steps in document.IN_ORDER.items():
        if identifier in bank.items:
            first = tuple(point.id for point in bank.items[identifier].groups[0].points)
            yield from compared(f"{identifier}: the steps", first, steps)


def item_as_documented(item: Item, wanted: document.DocumentItem) -> Iterator[str]:
    """Compare an item with the document's."""
    yield from compared(f"{item.id}: the kind", item.kind, wanted.kind)
    groups = tuple((group.title, len(group.points)) for group in item.groups)
    yield from compared(f"{item.id}: the groups and their points", groups, wanted.groups)
    documented = sum(one.documented for one in item.follow_ups)
    yield from compared(f"{item.id}: the number of documented follow-ups", documented, wanted.follow_ups)


def references(bank: Bank, catalog: Catalog) -> Iterator[str]:
    """Resolve every code reference; an item that shows none, or has no source, is an orphan."""
    for item in bank.items.values():
        for name, there in (("code reference", item.code), ("source", item.sources), ("red flag", item.red_flags)):
            if not there:
                yield f"{item.id}: there is no {name}"
        for reference in item.code:
            try:
                find_excerpt(reference, catalog.content.service)
            except InfrastructureError as error:
                yield f"{item.id}: {error.message}"


def katas(bank: Bank, catalog: Catalog) -> Iterator[str]:
    """Compare the katas that items name with those of the installation, one's own aside."""
    there = {path.parent.name for path in catalog.content.katas.glob("*/kata.yaml")}
    named = {item.id: item.kata for item in bank.items.values() if item.kata is not None}
    yield from (f"{item}: there is no kata {kata!r}" for item, kata in named.items() if kata not in there)
    yield from (f"no item names the kata {kata!r}, which drills it" for kata in sorted(there - set(named.values())))
    for kata in there & set(bank.items):
        if bank.items[kata].kata != kata:
            yield f"{kata}: it does not name the kata of the same id"


def compared(what: str, found: object, wanted: object) -> Iterable[str]:
    """Return what to say where two values differ."""
    return () if found == wanted else (f"{what}: {shown(found)}, and {shown(wanted)} in the document",)


def shown(value: object) -> str:
    """Return a value as a person reads it."""
    return ", ".join(map(str, value)) or "none" if isinstance(value, list | tuple) else str(value)
