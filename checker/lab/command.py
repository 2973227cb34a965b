"""What `workbench lab` does, apart from parsing and printing."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from checker.catalog import Catalog
from checker.commands import locate
from checker.errors import SubmissionError, UsageError
from checker.lab.plan import MAX_RATE
from checker.lab.run import Wanted, lab_run
from checker.lab.wording import tail
from checker.start import find_started

if TYPE_CHECKING:
    from collections.abc import Callable

    from checker.lab.run import LabRun

NEXT: Final = "workbench lab --help"


@dataclass(frozen=True)
class Call:
    """What was typed behind `workbench lab`."""

    kata: str | None
    path: Path | None
    rate: float | None
    seconds: float | None
    plain: bool


def hold_lab(call: Call, put: Callable[[str], None], say: Callable[[str], None]) -> None:
    """Run a service until the lab is left."""
    refuse_nonsense(call)
    catalog = Catalog()
    wanted = find(catalog, call)
    with lab_run(catalog, wanted) as run:
        try:
            run.start_service(say)
            show(run, call, put, say)
        except SubmissionError as error:
            say(tail(error.log))
            raise


def show(run: LabRun, call: Call, put: Callable[[str], None], say: Callable[[str], None]) -> None:
    """Show a lab on the face that fits."""
    from quiz.plain.terminal import is_interactive

    if is_interactive() and not call.plain:
        from checker.lab.screen import run_screen

        run_screen(run, call.seconds)
    else:
        from checker.lab.plain import PlainFace

        PlainFace(run, put, say).follow(call.seconds)


def refuse_nonsense(call: Call) -> None:
    """Refuse numbers that mean nothing."""
    if call.rate is not None and not 0 < call.rate <= MAX_RATE:
        raise UsageError(f"--rate is more than 0 and at most {MAX_RATE:g} requests a second", next_step=NEXT)
    if call.seconds is not None and call.seconds <= 0:
        raise UsageError("--seconds is more than 0", next_step=NEXT)


def find(catalog: Catalog, call: Call) -> Wanted:
    """Return which service is meant: the folder that is named or stood in, or else the kata's starter."""
    kata, folder = service(call)
    load = catalog.load(kata).load
    changed = load if call.rate is None else load.model_copy(update={"rate": call.rate})
    return Wanted(kata, folder, changed)


def service(call: Call) -> tuple[str, Path | None]:
    """Return the kata and the folder; None for its starter."""
    if call.path is not None:
        named = locate(call.kata, call.path)
        return named.kata, named.folder
    try:
        here = find_started(Path())
    except UsageError:
        if call.kata is None:
            raise
        return call.kata, None
    return (here.kata, here.folder) if call.kata in {None, here.kata} else (str(call.kata), None)
