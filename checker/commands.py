"""What the commands of a candidate do, apart from parsing and printing."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from checker.assemble import assembled
from checker.check import Check, Request
from checker.errors import UsageError
from checker.progress import ProgressBook
from checker.solution import difference, require_pass, solution_files
from checker.start import Started, find_started, start
from checker.verdict import Result, Verdict, with_hints

if TYPE_CHECKING:
    from collections.abc import Callable

    from checker.catalog import Catalog


def locate(kata: str | None, path: Path) -> Started:
    """Return the kata and the folder that a call means: as it names them, or as `start` left them."""
    if not path.is_dir():
        raise UsageError(f"{path} is no folder", next_step="workbench start ID, or name one: --path FOLDER")
    if kata is None:
        return find_started(path)
    try:
        started = find_started(path)
    except UsageError:
        return Started(kata, path.resolve())
    return Started(kata, started.folder)


def check_folder(
    catalog: Catalog, kata: str | None, path: Path, tell: Callable[[dict[str, Any]], None]
) -> list[Verdict]:
    """Check a folder, and remember whether it passed."""
    place = locate(kata, path)
    verdict = Check(catalog, tell).verdict(Request(place.kata, place.folder))
    book = ProgressBook()
    if verdict.result is Result.PASS:
        book.mark_passed(place.kata, place.folder)
    return [with_hints(verdict, book.read(place.kata, place.folder).hints)]


def check_model(catalog: Catalog, kata: str | None, tell: Callable[[dict[str, Any]], None]) -> list[Verdict]:
    """Check a kata's model solution, which passes where this machine grades right."""
    identifier = kata or find_started(Path()).kata
    catalog.load(identifier)
    with assembled(catalog.layers(identifier, solved=True)) as solved:
        return [Check(catalog, tell, canary=False).verdict(Request(identifier, solved))]


def next_hint(catalog: Catalog, kata: str | None, requirement: str, path: Path) -> str:
    """Return the next hint of a requirement and count it; after the last one, all of them again."""
    place = locate(kata, path)
    one = catalog.load(place.kata).requirement(requirement)
    taken = ProgressBook().take_hint(place.kata, place.folder, requirement)
    number = min(taken, len(one.hints))
    more = f"\n(hint {number} of {len(one.hints)}" + (
        f"; the next: workbench hint {requirement})" if number < len(one.hints) else ")"
    )
    return one.hints[number - 1].strip() + more


def show_solution(
    catalog: Catalog, kata: str | None, path: Path, *, diff: bool, force: bool, into: Path | None = None
) -> str:
    """Return the model solution: its files, the difference to those in `path`, or where the whole was written to."""
    place = locate(kata, path)
    catalog.load(place.kata)
    require_pass(ProgressBook(), place.kata, place.folder, force=force)
    if into is not None:
        made = start(catalog, place.kata, into, solved=True)
        return f"{made.folder} holds the solved {place.kata}; grade it: workbench check --path {made.folder}\n"
    if not diff:
        return solution_files(catalog, place.kata)
    own = place.folder if (place.folder / "app").is_dir() else None
    return difference(catalog, place.kata, own) or "no difference\n"
