"""Verdicts in the records: one row a check, of a candidate or of whoever uses this computer."""

from __future__ import annotations

import time
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from records.models import verdicts
from records.names import cleaned, same

if TYPE_CHECKING:
    from sqlalchemy import RowMapping

    from checker.verdict import Verdict
    from records.connection import Records


@dataclass(frozen=True)
class KeptRequirement:
    """What became of one requirement: `pass`, `fail` or `not-run`."""

    id: str
    title: str
    status: str
    weight: int
    stretch: bool


@dataclass(frozen=True)
class KeptVerdict:
    """A verdict as it is kept; `candidate` is None for a check without a name, `at` is seconds since 1970."""

    id: int
    candidate: str | None
    kata: str
    at: float
    verdict: str
    score: int | None
    requirements: tuple[KeptRequirement, ...]
    cause: str | None
    hints_taken: int
    seconds: float
    source: str | None
    commit: str | None
    tree: str | None
    stack: str
    workbench: str


class VerdictStore:
    """Keeps verdicts; every call is durable when it returns."""

    def __init__(self, records: Records) -> None:
        self._records = records

    def add(self, verdict: Verdict, candidate: str | None = None) -> None:
        """Keep a verdict."""
        name = None if candidate is None else cleaned(candidate)
        with self._records.writing() as connection:
            connection.execute(verdicts.insert().values(candidate=name, at=time.time(), **row_of(verdict)))

    def all(self) -> list[KeptVerdict]:
        """Return every verdict, the oldest first."""
        with self._records.reading() as connection:
            rows = connection.execute(select(verdicts).order_by(verdicts.c.at, verdicts.c.id)).mappings().all()
        return [kept(row) for row in rows]

    def of(self, candidate: str) -> list[KeptVerdict]:
        """Return a candidate's verdicts, the oldest first."""
        return [one for one in self.all() if one.candidate is not None and same(candidate, one.candidate)]


def row_of(verdict: Verdict) -> dict[str, Any]:
    """Return what is kept of a verdict: no texts of findings and no log, which may hold anything."""
    return {
        "kata": verdict.kata.id,
        "verdict": str(verdict.result),
        "score": verdict.score,
        "requirements": [asdict(one) for one in requirements_of(verdict)],
        "cause": verdict.cause,
        "hints_taken": verdict.hints_taken,
        "seconds": verdict.seconds,
        "source": verdict.origin.repository or verdict.origin.path,
        "commit": verdict.origin.commit,
        "tree": verdict.origin.tree,
        "stack": verdict.stack,
        "workbench": verdict.workbench,
    }


def requirements_of(verdict: Verdict) -> list[KeptRequirement]:
    """Return what is kept of a verdict's requirements."""
    return [
        KeptRequirement(
            one.requirement.id, one.requirement.title, str(one.status), one.requirement.weight, one.requirement.stretch
        )
        for one in verdict.requirements
    ]


def kept(row: RowMapping) -> KeptVerdict:
    """Return a verdict from its row."""
    values = {**row, "requirements": tuple(KeptRequirement(**one) for one in row["requirements"])}
    return KeptVerdict(**values)
