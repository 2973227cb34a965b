"""The gate over all content (`workbench dev check`).

The starter fails each requirement (but for those that its kata lists as kept), the model solution and every good
alternative pass them all, and each variant fails exactly the requirement that it names. Among the good ones of a coding
task is the branch with all of them done.
Texts and hints are checked when a kata is read, and a check that is bound to a requirement that does not exist, or a
requirement without a check, makes the verdict an error.
"""

from __future__ import annotations

import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from checker.variants import Subject, subjects
from checker.verdict import Result, Status

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from checker.catalog import Catalog
    from checker.verdict import Verdict


@dataclass(frozen=True)
class Scope:
    """How much is graded, how often, how many at a time.

    `full`: every subject, not a few that stand for all. More than one of `repeats`: whether verdicts flip is asked, of
    the starter, the solution and every good alternative; of the variants with `full` alone.
    """

    full: bool = False
    repeats: int = 1
    jobs: int = 2


@dataclass(frozen=True)
class Graded:
    """One grading of one subject."""

    subject: Subject
    verdict: Verdict
    seconds: float

    @property
    def failing(self) -> frozenset[str]:
        """The requirements that did not pass."""
        return frozenset(one.requirement.id for one in self.verdict.requirements if one.status is not Status.PASS)

    @property
    def right(self) -> bool:
        """Whether the verdict is the one that the subject has to get, for the requirement it has to fail."""
        if self.verdict.result is Result.ERROR or self.verdict.cause is not None:
            return False
        return self.failing == self.subject.failing


@dataclass(frozen=True)
class Report:
    """Everything that the gate found; `unbroken` are the checks that no variant broke, which prove nothing."""

    graded: tuple[Graded, ...]
    unbroken: tuple[str, ...]
    seconds: float
    repeats: int = 1

    @property
    def clean(self) -> bool:
        """Whether every verdict is right and every check proven, and there are any."""
        return bool(self.graded) and all(one.right for one in self.graded) and not self.unbroken


def run_gate(catalog: Catalog, katas: Sequence[str], scope: Scope, say: Callable[[str], None]) -> Report:
    """Grade what the scope asks for and return the report."""
    chosen = [one for kata in katas or catalog.ids() for one in within(subjects(catalog, kata), scope)]
    started = time.monotonic()
    with ThreadPoolExecutor(scope.jobs) as pool:
        todo = [subject for _ in range(scope.repeats) for subject in chosen]
        graded = tuple(pool.map(lambda subject: grade(catalog, subject, say), todo))
    return Report(graded, unbroken(graded) if scope.full else (), time.monotonic() - started, scope.repeats)


def unbroken(graded: Sequence[Graded]) -> tuple[str, ...]:
    """Return the checks that were made and that no variant broke; the cases of a check count as one."""
    made = {(one.subject.kata, name_of(seen.check)) for one in graded for seen in one.verdict.observations}
    broken = {
        (one.subject.kata, name_of(seen.check))
        for one in graded
        for seen in one.verdict.observations
        if one.subject.name.startswith("bad/") and seen.outcome == "fail"
    }
    return tuple(f"{kata} {check}" for kata, check in sorted(made - broken))


def name_of(check: str) -> str:
    """Return a check's name without its case."""
    return check.partition("[")[0]


def within(found: Sequence[Subject], scope: Scope) -> list[Subject]:
    """Return the subjects that a scope asks for."""
    if scope.repeats > 1 and not scope.full:
        return [subject for subject in found if not subject.name.startswith("bad/")]
    return select(found, full=scope.full)


def select(found: Sequence[Subject], *, full: bool) -> list[Subject]:
    """Return all subjects, or the starter, the solution, one good alternative and a variant a requirement."""
    if full:
        return list(found)
    seen: set[object] = set()
    chosen = []
    for subject in found:
        kind = subject.name.partition("/")[0]
        stands_for = (kind, subject.failing if kind == "bad" else None)
        if stands_for not in seen:
            seen.add(stands_for)
            chosen.append(subject)
    return chosen


def grade(catalog: Catalog, subject: Subject, say: Callable[[str], None]) -> Graded:
    """Grade one subject as a submission of its own."""
    from checker.check import Check, Request

    started = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="workbench-") as folder:
        path = subject.write(Path(folder) / "submission")
        verdict = Check(catalog, canary=False).verdict(Request(subject.kata, path))  # a check that breaks is to be seen
    graded = Graded(subject, verdict, time.monotonic() - started)
    say(f"{'ok   ' if graded.right else 'WRONG'}  {subject.kata}  {subject.name}  {graded.seconds:.1f} s")
    return graded
