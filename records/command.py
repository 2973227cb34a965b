"""What `workbench sessions` does."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from checker.errors import UsageError
from records.database import open_records
from records.deletion import Choice, Doomed, choose, remove
from records.export import export, write_private
from records.interviews import InterviewStore
from records.listing import table
from records.verdicts import VerdictStore

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


def list_sessions(candidate: str | None) -> str:
    """Return what is kept, or what is kept of a candidate, as a table."""
    with open_records() as records:
        verdicts = VerdictStore(records)
        found = verdicts.all() if candidate is None else verdicts.of(candidate)
        return table(InterviewStore(records).summaries(candidate), found, records.place)


def export_sessions(candidate: str | None, file: Path) -> str:
    """Write what is kept into a file, `-` for a result of its own; return what to print."""
    with open_records() as records:
        text = export(records, candidate)
    if str(file) == "-":
        return text
    write_private(file, text)
    return f"{file} holds {'everything' if candidate is None else f'everything of {candidate}'}\n"


def delete_sessions(choice: Choice, agree: Callable[[Doomed], bool]) -> str:
    """Delete what is chosen, if `agree` says so; return what was done."""
    with open_records() as records:
        doomed = choose(records, choice)
        if not agree(doomed):
            return "nothing was deleted\n"
        copies = remove(records, doomed)
    word = "a copy" if copies == 1 else f"{copies} copies"
    more = f", with {word} from before an upgrade, which held it too" if copies else ""
    return f"deleted: {doomed.counted}{more}\n"


def agreement(*, sure: bool) -> Callable[[Doomed], bool]:
    """Return what asks before something is deleted; off a terminal the answer has to be in the call."""

    def ask(doomed: Doomed) -> bool:
        if sure:
            return True
        if not (sys.stdin and sys.stdin.isatty()):
            raise UsageError(f"this would delete {doomed.counted}", next_step="add --yes to do so")
        sys.stderr.write(f"Delete {doomed.counted} for good? [y/N] ")
        sys.stderr.flush()
        return sys.stdin.readline().strip().lower() in {"y", "yes"}

    return ask
