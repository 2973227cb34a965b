"""The gate's report as a table: a row a submission, a column a requirement."""

from __future__ import annotations

from itertools import groupby
from statistics import median
from typing import TYPE_CHECKING, Final

from checker.verdict import Status

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from checker.gate import Graded, Report

SHOWN: Final = 1_500  # characters of a log, or of what a check said
LETTERS: Final = {Status.PASS: "pass", Status.FAIL: "FAIL", Status.NOT_RUN: "-"}


def table(report: Report) -> str:
    """Return a matrix a kata, what is wrong in full, and a last line that sums up."""
    if report.repeats > 1:
        parts = ["\n".join(soak(report.graded))]
    else:
        parts = [
            "\n".join(matrix(list(group))) for _, group in groupby(report.graded, key=lambda one: one.subject.kata)
        ]
    wrong = [one for one in report.graded if not one.right]
    parts += ["\n".join(explain(one)) for one in wrong]
    if report.unbroken:
        parts.append(
            "\n".join(["no variant breaks, so these prove nothing:", *(f"  {name}" for name in report.unbroken)])
        )
    parts.append(f"{len(report.graded)} graded, {len(wrong)} wrong, {report.seconds:.0f} s")
    return "\n\n".join(parts) + "\n"


def matrix(graded: list[Graded]) -> Iterator[str]:
    """Yield the lines of one kata's matrix."""
    names = [one.id for one in graded[0].verdict.kata.requirements]
    width = max(len(one.subject.name) for one in graded)
    yield "  ".join([f"{graded[0].subject.kata:<{width}}", *names])
    for one in graded:
        yield "  ".join([f"{one.subject.name:<{width}}", *cells(one, names)]) + ("" if one.right else "  <- WRONG")


def soak(graded: Sequence[Graded]) -> Iterator[str]:
    """Yield a line a submission that was graded again and again: how often, how often wrongly, how long it took."""
    width = max(len(f"{one.subject.kata} {one.subject.name}") for one in graded)
    yield f"{'submission':<{width}}  graded  wrong  seconds: least, median, most"
    for (kata, name), group in groupby(sorted(graded, key=whose), key=whose):
        times = list(group)
        seconds = [one.seconds for one in times]
        wrong = sum(not one.right for one in times)
        figures = f"{min(seconds):5.1f} {median(seconds):5.1f} {max(seconds):5.1f}"
        yield f"{f'{kata} {name}':<{width}}  {len(times):6}  {wrong:5}  {figures}" + ("  <- FLIPS" if wrong else "")


def whose(one: Graded) -> tuple[str, str]:
    """Return the kata and the name of what was graded."""
    return one.subject.kata, one.subject.name


def cells(one: Graded, names: list[str]) -> Iterable[str]:
    """Yield a cell a requirement."""
    found = {result.requirement.id: LETTERS[result.status] for result in one.verdict.requirements}
    return (f"{found.get(name, '?'):<{len(name)}}" for name in names)


def explain(one: Graded) -> Iterator[str]:
    """Yield what a wrong verdict was and what it should have been."""
    yield f"{one.subject.kata} {one.subject.name}: {one.verdict.result}"
    yield f"  should fail: {listed(one.subject.failing)}; failed: {listed(one.failing)}"
    if one.verdict.cause:
        yield f"  cause: {one.verdict.cause}"
    for detail in (one.verdict.detail, *(seen.detail for seen in one.verdict.observations)):
        if detail:
            yield f"  detail: {detail[-SHOWN:]}"
    if one.verdict.log:
        yield f"  log: {one.verdict.log[-SHOWN:]}"
    for result in one.verdict.requirements:
        if result.status is not Status.PASS:
            yield f"  {result.requirement.id}: {result.message}"


def listed(names: Iterable[str]) -> str:
    """Return names in a line."""
    return ", ".join(sorted(names)) or "nothing"


def markdown(report: Report) -> str:
    """Return the matrices as a page of the documentation."""
    parts = ["# What fails what", "Made by `workbench dev check --full --matrix docs/reference/matrix.md`."]
    for kata, group in groupby(report.graded, key=lambda one: one.subject.kata):
        graded = list({one.subject.name: one for one in group}.values())
        names = [one.id for one in graded[0].verdict.kata.requirements]
        rows = [["submission", *names], ["---"] * (len(names) + 1)]
        rows += [[one.subject.name, *(cell.strip() for cell in cells(one, names))] for one in graded]
        parts += [f"## {kata}", "\n".join(f"| {' | '.join(row)} |" for row in rows)]
    return "\n\n".join(parts) + "\n"
