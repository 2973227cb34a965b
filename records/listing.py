"""What is kept, as a table: a line an interview, a line a kata that somebody was graded on."""

from __future__ import annotations

import time
from itertools import groupby
from typing import TYPE_CHECKING, Final

from checker.renderers.plain import plain

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from records.interviews import Summary
    from records.verdicts import KeptVerdict

NOBODY: Final = "-"
YOU: Final = "(you)"
NEXT_STEP: Final = "workbench report ID makes a page of an interview; workbench quiz --resume ID goes on with it."


def table(interviews: Sequence[Summary], verdicts: Sequence[KeptVerdict], place: str) -> str:
    """Return the lists, and where the records are."""
    parts = [f"Records in {plain(place)}"]
    if interviews:
        parts.append("\n".join(columns([HEADINGS, *map(interview_cells, interviews)])))
    if verdicts:
        parts.append("\n".join(columns([CHECKS, *check_cells(verdicts)])))
    parts.append(NEXT_STEP if interviews else "No interview yet: workbench quiz --candidate NAME begins one.")
    return "\n\n".join(parts) + "\n"


HEADINGS: Final = ("id", "candidate", "began", "at question", "")
CHECKS: Final = ("candidate", "kata", "last check", "checks", "last verdict", "best score")


def interview_cells(one: Summary) -> tuple[str, ...]:
    """Return an interview's cells."""
    state = "under way" if one.ended is None else f"ended {moment(one.ended)}"
    return (one.id, one.candidate or NOBODY, moment(one.started), f"{one.position + 1} of {one.planned}", state)


def check_cells(verdicts: Sequence[KeptVerdict]) -> Iterator[tuple[str, ...]]:
    """Yield the cells of each kata that each candidate was graded on."""
    for (candidate, kata), group in groupby(sorted(verdicts, key=owner), key=owner):
        own = list(group)
        best = max((one.score for one in own if one.score is not None), default=None)
        shown = "" if best is None else str(best)
        yield (candidate, kata, moment(own[-1].at), str(len(own)), own[-1].verdict, shown)


def owner(one: KeptVerdict) -> tuple[str, str]:
    """Return whose a verdict is, and of which kata."""
    return (YOU if one.candidate is None else one.candidate or NOBODY, one.kata)


def columns(rows: Sequence[Sequence[str]]) -> Iterator[str]:
    """Yield rows as lines with aligned cells; names are foreign text."""
    told = [[" ".join(plain(cell).split()) for cell in row] for row in rows]
    widths = [max(map(len, column)) for column in zip(*told, strict=True)]
    for row in told:
        yield "  ".join(f"{cell:<{width}}" for cell, width in zip(row, widths, strict=True)).rstrip()


def moment(seconds: float) -> str:
    """Return a time as this machine's clocks show it."""
    return time.strftime("%Y-%m-%d %H:%M", time.localtime(seconds))
