"""Verdicts as workflow commands, which GitHub shows beside the run: a line for what failed, ten at most.

https://docs.github.com/actions/reference/workflow-commands-for-github-actions
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from checker.renderers.plain import inert
from checker.renderers.shown import cut, show
from checker.verdict import Result

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from checker.renderers.shown import Row, Shown
    from checker.verdict import Verdict

MOST: Final = 10  # of a kind and a step; GitHub drops the others
MAX_MESSAGE: Final = 2_000  # characters; the page shows less
IN_DATA: Final = {"%": "%25", "\r": "%0D", "\n": "%0A"}  # in this order, or a sign would be escaped twice
IN_PROPERTY: Final = {**IN_DATA, ":": "%3A", ",": "%2C"}


class Annotation(NamedTuple):
    """One command: its name (`error`, `warning`), and its title and message before they are escaped."""

    name: str
    title: str
    message: str

    def __str__(self) -> str:
        """Return its line, which is one whatever the texts hold."""
        message = escaped(inert(cut(self.message, MAX_MESSAGE)), IN_DATA)
        return f"::{self.name} title={escaped(inert(cut(self.title, MAX_MESSAGE)), IN_PROPERTY)}::{message}\n"


def render_annotations(verdicts: Sequence[Verdict]) -> str:
    """Return a line for each verdict's cause and each requirement that failed; nothing where all passed."""
    found = [annotation for shown in show(verdicts) for annotation in of_verdict(shown)]
    if len(found) > MOST:
        left = len(found) - (MOST - 1)
        found[MOST - 1 :] = [Annotation("error", "workbench", f"{left} more are in the verdict")]
    return "".join(map(str, found))


def of_verdict(shown: Shown) -> Iterator[Annotation]:
    """Yield what is to be told of one verdict: a cause stands for the requirements that it kept from being checked."""
    if shown.cause:
        yield Annotation("error", heading(shown), f"{introduction(shown)}: {shown.cause}")
    for row in shown.rows:
        if row.outcome == "failed" and not (shown.cause and row.status == "not-run"):
            yield of_row(shown, row)


def of_row(shown: Shown, row: Row) -> Annotation:
    """Return what is to be told of a requirement that failed; the verdict does not hang on a stretch."""
    name = "warning" if row.stretch else "error"
    return Annotation(name, f"{shown.name}: {row.id}", f"{row.title}: {row.message}")


def heading(shown: Shown) -> str:
    """Return the title of what is told of the whole."""
    return f"{shown.name}: {shown.result}"


def introduction(shown: Shown) -> str:
    """Say what the cause is the cause of."""
    if shown.result is Result.ERROR:
        return "the workbench could not grade this"
    return "what failed may come of this" if any(row.status == "fail" for row in shown.rows) else "nothing was checked"


def escaped(text: str, by: dict[str, str]) -> str:
    """Return a text with the signs that mean something in a command replaced."""
    for sign, code in by.items():
        text = text.replace(sign, code)
    return text
