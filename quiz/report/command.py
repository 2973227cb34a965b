"""What `workbench report` does: find the interview and the code that belong together, and tell them."""

from __future__ import annotations

import time
from importlib.metadata import version
from typing import TYPE_CHECKING, Final

from checker.content import find_content
from checker.errors import UsageError
from quiz.bank import read_bank
from quiz.report.making import code_of, interview_of
from quiz.report.model import Report
from records.database import open_records
from records.export import write_private
from records.interviews import InterviewStore
from records.names import same
from records.verdicts import VerdictStore

if TYPE_CHECKING:
    from pathlib import Path

    from quiz.session import Kept
    from records.connection import Records
    from records.interviews import Summary

FORMATS: Final = ("html", "markdown", "json")
ENDINGS: Final = {".html": "html", ".htm": "html", ".md": "markdown", ".markdown": "markdown", ".json": "json"}


def report(typed: str | None, candidate: str | None, wanted: str | None, out: Path | None) -> str:
    """Return a report, or where it was written to."""
    chosen = format_of(wanted, out)
    with open_records() as records:
        found = find(records, typed, candidate)
    text = render(found, chosen)
    if out is None or str(out) == "-":
        return text
    write_private(out, text)
    return f"{out} holds the report of {found.candidate or 'a candidate without a name'}\n"


def format_of(wanted: str | None, out: Path | None) -> str:
    """Return the format that is wanted, or what the file's name says; HTML where nothing says anything."""
    if wanted is not None and wanted not in FORMATS:
        raise UsageError(f"there is no format {wanted!r}", next_step=f"--format {'|'.join(FORMATS)}")
    return wanted or (ENDINGS.get(out.suffix.lower(), "html") if out is not None else "html")


def render(found: Report, wanted: str) -> str:
    """Return a report in a format."""
    if wanted == "json":
        from quiz.report.json import render_json

        return render_json(found)
    if wanted == "markdown":
        from quiz.report.markdown import render_markdown

        return render_markdown(found)
    from quiz.report.html import render_html

    return render_html(found)


def find(records: Records, typed: str | None, candidate: str | None) -> Report:
    """Return the report on an interview, on a candidate's last one, or on the last one of all, and on the code.

    `UsageError` where there is nothing to report.
    """
    store = InterviewStore(records)
    kept = store.load(typed) if typed is not None else last(store, candidate)
    if kept is not None and typed is not None and candidate is not None and not same(candidate, kept.candidate):
        raise UsageError(f"interview {kept.id} is of {kept.candidate!r}", next_step=f"workbench report {kept.id}")
    name = candidate if kept is None else kept.candidate
    bank = read_bank(find_content().questions)
    code = code_of(bank, VerdictStore(records).of(name)) if name else ()
    if kept is None and not code:
        raise UsageError("there is nothing to report yet", next_step="workbench sessions")
    others = [one.id for one in store.summaries(name)] if name else []
    return Report(
        candidate=name or "",
        interview=None if kept is None else interview_of(bank, kept),
        code=code,
        others=tuple(one for one in others if kept is None or one != kept.id),
        made=time.time(),
        workbench=version("interview-workbench"),
    )


def last(store: InterviewStore, candidate: str | None) -> Kept | None:
    """Return the interview that began last, of a candidate or of all; None where there is none."""
    found: list[Summary] = store.summaries(candidate)
    return store.load(found[0].id) if found else None
