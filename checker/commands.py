"""What the commands of a candidate do, apart from parsing and printing."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from checker.assemble import assembled
from checker.check import Check, Request
from checker.check_all import check_all
from checker.errors import UsageError
from checker.progress import ProgressBook
from checker.solution import difference, require_pass, solution_files
from checker.start import Started, find_started, start
from checker.verdict import Result, Verdict, with_hints

if TYPE_CHECKING:
    from collections.abc import Callable

    from checker.catalog import Catalog
    from checker.watch import Keys, Screen
    from records.keeping import Keeper


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


def refuse_mixture(
    kata: str | None,
    *,
    every: bool,
    watch: bool,
    model: bool,
    machine: bool,
    candidate: str | None = None,
    stack: str = "local",
) -> None:
    """Refuse options of `check` that do not go together."""
    if candidate is not None and (model or not candidate.strip()):
        raise UsageError(
            "the model solution is no candidate's" if model else "--candidate needs a name",
            next_step="workbench check --candidate 'Ada Lovelace'",
        )
    if every and kata is not None:
        raise UsageError("--all grades every task, so no kata goes with it", next_step="workbench check --all")
    if sum([every, watch, model]) > 1:
        raise UsageError("only one of --all, --watch and --model at a time", next_step="workbench check --help")
    if watch and stack != "local":
        raise UsageError("--watch keeps its stack warm on this machine", next_step="workbench check --watch")
    if watch and machine:
        raise UsageError(
            "--watch is for people, so neither --format nor --report goes with it", next_step="workbench check --watch"
        )


def check_folder(
    catalog: Catalog,
    kata: str | None,
    path: Path,
    tell: Callable[[dict[str, Any]], None],
    keeper: Keeper,
    *,
    stack: str = "local",
) -> list[Verdict]:
    """Check a folder, and remember whether it passed."""
    place = locate(kata, path)
    check = Check(catalog, keeper.hearing(tell), stack=stack)
    return [keeper.keep(remembered(check.verdict(Request(place.kata, place.folder)), place.folder))]


def check_every_task(
    catalog: Catalog, path: Path, tell: Callable[[dict[str, Any]], None], keeper: Keeper, *, stack: str = "local"
) -> list[Verdict]:
    """Check a folder for every coding task, and remember which passed."""
    if not path.is_dir():
        raise UsageError(f"{path} is no folder", next_step="name one: --path FOLDER")
    try:
        folder = find_started(path).folder
    except UsageError:
        folder = path.resolve()
    tasks = [kata.id for kata in catalog.all() if kata.kind == "task"]
    verdicts = check_all(Check(catalog, keeper.hearing(tell), stack=stack), [Request(task, folder) for task in tasks])
    return [keeper.keep(remembered(verdict, folder)) for verdict in verdicts]


def remembered(verdict: Verdict, folder: Path) -> Verdict:
    """Remember whether it passed; return it with the hints that were taken and the next ones."""
    book = ProgressBook()
    if verdict.result is Result.PASS:
        book.mark_passed(verdict.kata.id, folder)
    return with_hints(verdict, book.read(verdict.kata.id, folder).hints)


def watch_folder(catalog: Catalog, kata: str | None, path: Path, screen: Screen, keys: Keys, *, keeper: Keeper) -> None:
    """Check a folder at every save until the user quits."""
    from checker.watch import Watch, failing  # which brings a library along

    place = locate(kata, path)
    catalog.load(place.kata)

    def hint(verdict: Verdict | None) -> str:
        if verdict is None:
            return "no verdict yet: a hint is about what failed"
        failed = failing(verdict)
        return next_hint(catalog, place.kata, failed[0], place.folder) if failed else "nothing failed: no hint to give"

    watch = Watch(Check(catalog, keeper.hearing(lambda _: None)), Request(place.kata, place.folder), screen, keys)
    watch.run(hint, lambda verdict: keeper.keep(remembered(verdict, place.folder)))


def check_model(
    catalog: Catalog, kata: str | None, tell: Callable[[dict[str, Any]], None], *, stack: str = "local"
) -> list[Verdict]:
    """Check a kata's model solution, which passes where this machine grades right."""
    identifier = kata or find_started(Path()).kata
    catalog.load(identifier)
    with assembled(catalog.layers(identifier, solved=True)) as solved:
        return [Check(catalog, tell, canary=False, stack=stack).verdict(Request(identifier, solved))]


def next_hint(catalog: Catalog, kata: str | None, requirement: str, path: Path) -> str:
    """Return the next hint of a requirement and count it; after the last one, the last one again."""
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
