"""The verdict: what was observed, by requirement. A pure function of the observations."""

from __future__ import annotations

import builtins
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from checker.errors import ExitStatus

if TYPE_CHECKING:
    from collections.abc import Sequence

    from checker.catalog import Kata, Requirement
    from checker.runner.job import Observation, Outcome

SCHEMA: Final = 1
SHOWN_FINDINGS: Final = 3  # of one requirement; the first ones teach, the rest repeats them


class Status(StrEnum):
    """What became of one requirement."""

    PASS = "pass"  # noqa: S105 - a verdict
    FAIL = "fail"
    NOT_RUN = "not-run"


class Result(StrEnum):
    """What became of the whole."""

    PASS = "pass"  # noqa: S105 - a verdict
    FAIL = "fail"
    ERROR = "error"

    @property
    def exit_status(self) -> ExitStatus:
        """The process's exit status."""
        return {"pass": ExitStatus.PASS, "fail": ExitStatus.FAIL, "error": ExitStatus.ERROR}[self.value]


@dataclass(frozen=True)
class Finding:
    """One refuted promise: what was expected, what was seen, and how to see it again."""

    expected: str
    seen: str
    repeat: str = ""

    def __str__(self) -> str:
        """Return it in one line or more."""
        return f"expected {self.expected}; seen: {self.seen}"


@dataclass(frozen=True)
class RequirementResult:
    """A requirement's status and what led to it; `hint` is the next one that can be had, or None."""

    requirement: Requirement
    status: Status
    findings: tuple[Finding, ...] = ()
    hint: str | None = None

    @property
    def message(self) -> str:
        """What was expected and what was seen."""
        if self.status is Status.PASS:
            return "as promised"
        return "\n".join(map(str, self.findings)) or "not checked"


@dataclass(frozen=True)
class Origin:
    """What was graded: a path or a repository, and what git calls it; `ref` is the caller's own name for the commit."""

    path: str | None = None
    repository: str | None = None
    commit: str | None = None
    tree: str | None = None
    ref: str | None = None


@dataclass(frozen=True)
class Verdict:
    """The verdict on one submission for one kata, as every renderer gets it."""

    kata: Kata
    result: Result
    requirements: tuple[RequirementResult, ...]
    origin: Origin
    stack: str
    workbench: str
    cause: str | None = None
    log: str = ""
    seconds: float = 0.0
    ended: float = 0.0  # seconds since 1970, which reports for CI want
    hints_taken: int = 0
    isolation: str = "none"
    observations: tuple[Observation, ...] = ()  # for the gate alone: no renderer shows a check
    detail: str = ""  # likewise

    @property
    def score(self) -> int | None:
        """The share of the weight that passed, in percent; None on error."""
        if self.result is Result.ERROR:
            return None
        whole = sum(one.requirement.weight for one in self.requirements)
        passed = sum(one.requirement.weight for one in self.requirements if one.status is Status.PASS)
        return round(100 * passed / whole)


def judge(
    kata: Kata, outcome: Outcome, only: Sequence[str] = ()
) -> tuple[Result, tuple[RequirementResult, ...], str | None]:
    """Return the result, the requirements' results and the cause that kept checks from running."""
    wanted = [one for one in kata.requirements if not only or one.id in only]
    if outcome.kind == "broken":
        return Result.ERROR, tuple(not_run(one) for one in wanted), outcome.cause
    if outcome.kind == "stopped":
        return Result.FAIL, tuple(not_run(one) for one in wanted), outcome.cause
    faulty = [seen for seen in outcome.observations if seen.outcome == "error"]
    if faulty:
        return Result.ERROR, tuple(not_run(one) for one in wanted), f"a check of ours broke{of_kind(faulty[0].detail)}"
    proven = {seen.requirement for seen in outcome.observations}
    if astray := sorted(proven - {one.id for one in kata.requirements}):
        return Result.ERROR, tuple(not_run(one) for one in wanted), f"checks of ours for unknown {', '.join(astray)}"
    if unproven := [one.id for one in wanted if one.id not in proven]:
        return Result.ERROR, tuple(not_run(one) for one in wanted), f"no check of ours for {', '.join(unproven)}"
    results = tuple(of_requirement(one, outcome.observations) for one in wanted)
    needed = [one for one in results if not one.requirement.stretch]
    passed = all(one.status is Status.PASS for one in needed)
    return (Result.PASS, results, None) if passed else (Result.FAIL, results, outcome.cause or None)


def of_kind(detail: str) -> str:
    """Return in brackets which of Python's exceptions broke a check; what it says may hold what a check looks for."""
    kind = detail.partition(":")[0]
    return f" ({kind})" if isinstance(getattr(builtins, kind, None), type) else ""


def not_run(requirement: Requirement) -> RequirementResult:
    """Return the result of a requirement that nothing was seen of."""
    return RequirementResult(requirement, Status.NOT_RUN)


def of_requirement(requirement: Requirement, observations: Sequence[Observation]) -> RequirementResult:
    """Judge one requirement: it passes if each of its checks does."""
    own = [seen for seen in observations if seen.requirement == requirement.id]
    failed = [Finding(seen.expected, seen.seen, seen.repeat) for seen in own if seen.outcome == "fail"]
    if failed:
        return RequirementResult(requirement, Status.FAIL, tuple(dict.fromkeys(failed))[:SHOWN_FINDINGS])
    kept = [seen.seen for seen in own if seen.outcome == "not-run"]
    if kept:
        return RequirementResult(requirement, Status.NOT_RUN, (Finding("to be checked", kept[0]),))
    return RequirementResult(requirement, Status.PASS)


def with_hints(verdict: Verdict, taken: dict[str, int]) -> Verdict:
    """Return the verdict with the hints taken counted, and the next one offered for what failed."""
    results = tuple(replace(one, hint=next_hint(one, taken)) for one in verdict.requirements)
    return replace(verdict, requirements=results, hints_taken=sum(taken.values()))


def next_hint(one: RequirementResult, taken: dict[str, int]) -> str | None:
    """Return the command that gives the next hint of a requirement that failed, if there is one left."""
    left = len(one.requirement.hints) - taken.get(one.requirement.id, 0)
    return f"workbench hint {one.requirement.id}" if one.status is Status.FAIL and left > 0 else None
