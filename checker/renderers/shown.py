"""What reports for machines and for CI show of a verdict: the same for all of them, and every text harmless.

Nothing here comes of a single check: neither what one is called nor how many there were.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal

from checker.renderers.plain import plain
from checker.verdict import Result, Status

if TYPE_CHECKING:
    from collections.abc import Sequence

    from checker.verdict import RequirementResult, Verdict

MAX_TEXT: Final = 20_000  # characters of one text; three findings are shorter
CUT: Final = " …"

Outcome = Literal["passed", "failed", "skipped", "error"]


@dataclass(frozen=True)
class Row:
    """One requirement: what became of it in a report's words (`outcome`) and in the verdict's (`status`)."""

    id: str
    title: str
    outcome: Outcome
    status: str
    weight: int
    stretch: bool
    message: str

    @property
    def headline(self) -> str:
        """The message's first line."""
        return self.message.partition("\n")[0]


@dataclass(frozen=True)
class Shown:
    """One verdict; `name` differs from every other one's in the report. Seconds, and seconds since 1970."""

    name: str
    kata: str
    title: str
    result: Result
    score: int | None
    rows: tuple[Row, ...]
    cause: str
    log: str
    source: str
    commit: str
    tree: str
    stack: str
    isolation: str
    workbench: str
    seconds: float
    ended: float

    @property
    def started(self) -> float:
        """When it began."""
        return max(0.0, self.ended - self.seconds)

    def count(self, outcome: Outcome) -> int:
        """Return how many requirements ended so."""
        return sum(row.outcome == outcome for row in self.rows)


def show(verdicts: Sequence[Verdict]) -> list[Shown]:
    """Return what is shown of each verdict."""
    katas = Counter(verdict.kata.id for verdict in verdicts)
    names: Counter[str] = Counter()
    shown = []
    for verdict in verdicts:
        name = verdict.kata.id if katas[verdict.kata.id] == 1 else f"{verdict.kata.id} of {where(verdict)}"
        names[name] += 1
        shown.append(show_one(verdict, name if names[name] == 1 else f"{name} ({names[name]})"))
    return shown


def show_one(verdict: Verdict, name: str) -> Shown:
    """Return what is shown of one verdict under a name."""
    return Shown(
        name=line(name),
        kata=verdict.kata.id,
        title=line(verdict.kata.title),
        result=verdict.result,
        score=verdict.score,
        rows=tuple(row(verdict, one) for one in verdict.requirements),
        cause=clean(verdict.cause or ""),
        log=clean(verdict.log),
        source=line(verdict.origin.repository or verdict.origin.path or ""),
        commit=line(verdict.origin.commit or ""),
        tree=line(verdict.origin.tree or ""),
        stack=verdict.stack,
        isolation=line(verdict.isolation),
        workbench=verdict.workbench,
        seconds=verdict.seconds,
        ended=verdict.ended,
    )


def row(verdict: Verdict, one: RequirementResult) -> Row:
    """Return what is shown of one requirement; where nothing was seen of it, the cause says why."""
    unseen = one.status is Status.NOT_RUN and not one.findings and verdict.cause
    return Row(
        id=one.requirement.id,
        title=line(one.requirement.title),
        outcome=outcome(verdict, one),
        status=str(one.status),
        weight=one.requirement.weight,
        stretch=one.requirement.stretch,
        message=clean(f"{one.message}: {verdict.cause}" if unseen else one.message),
    )


def outcome(verdict: Verdict, one: RequirementResult) -> Outcome:
    """Return a requirement's outcome as reports of tests know it.

    A verdict `error` has an error for each. One that is `fail` without any needed requirement that failed, because the
    submission kept the checks from running, has a failure for each needed one: a report that only skips looks green.
    """
    if verdict.result is Result.ERROR:
        return "error"
    if one.status is Status.NOT_RUN:
        return "failed" if is_stopped(verdict) and not one.requirement.stretch else "skipped"
    return "passed" if one.status is Status.PASS else "failed"


def is_stopped(verdict: Verdict) -> bool:
    """Whether it is a `fail` for want of checks."""
    needed = [one for one in verdict.requirements if not one.requirement.stretch]
    return verdict.result is Result.FAIL and all(one.status is not Status.FAIL for one in needed)


def where(verdict: Verdict) -> str:
    """Return what tells one submission from another: the repository or path, and the commit."""
    origin = verdict.origin
    place = origin.repository or origin.path or "nowhere"
    return f"{place} at {origin.commit}" if origin.commit else place


def clean(text: str) -> str:
    """Return a text of whatever source as it may be shown: nothing that steers a terminal, and not endless."""
    return cut(plain(text[: MAX_TEXT + 1]), MAX_TEXT)


def line(text: str) -> str:
    """Return a text as it may be shown, on one line."""
    return " ".join(clean(text).split())


def cut(text: str, most: int) -> str:
    """Return a text, or its beginning of so many characters."""
    return text if len(text) <= most else text[: most - len(CUT)] + CUT
