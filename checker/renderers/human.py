"""The verdict for a terminal: which promise is kept, which is not and why, and what to type next."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Final

from rich.console import Console
from rich.padding import Padding
from rich.text import Text

from checker.renderers.plain import plain
from checker.verdict import Result, Status

if TYPE_CHECKING:
    from collections.abc import Sequence

    from checker.verdict import Finding, Origin, RequirementResult, Verdict

MARKS: Final = {Status.PASS: ("✔", "green"), Status.FAIL: ("✘", "red"), Status.NOT_RUN: ("-", "yellow")}
RESULTS: Final = {
    Result.PASS: ("PASS", "bold green"),
    Result.FAIL: ("FAIL", "bold red"),
    Result.ERROR: ("ERROR", "bold yellow"),
}
INDENT: Final = (0, 0, 0, 4)


def render_human(verdicts: Sequence[Verdict], *, width: int = 100, color: bool = False) -> str:
    """Return the verdicts as text, and a table where there are several; colour says nothing that words do not."""
    console, file = new_console(width, color=color)
    for verdict in verdicts:
        print_verdict(console, verdict)
        if len(verdicts) > 1:
            console.print()
    if len(verdicts) > 1:
        print_table(console, verdicts)
    return file.getvalue()


def render_brief(verdict: Verdict, *, width: int, height: int, color: bool = False) -> str:
    """Return a verdict in at most `height` lines: the result, a line a requirement, of the first failure what fits."""
    console, file = new_console(width, color=color)
    print_summary(console, verdict)
    if verdict.cause is not None:
        print_cause(console, verdict)
    for one in verdict.requirements:
        console.print(requirement_line(one))
    failed = next((one for one in verdict.requirements if one.status is Status.FAIL), None)
    if failed is not None:
        console.print()
        console.print(Text(failed.requirement.id, style="bold"))
        print_details(console, failed)
    print_exception(console, verdict)
    return "\n".join(file.getvalue().rstrip().splitlines()[:height])


def new_console(width: int, *, color: bool) -> tuple[Console, io.StringIO]:
    """Return a console that prints into a text."""
    file = io.StringIO()
    console = Console(
        file=file, width=width, force_terminal=color, no_color=not color, highlight=False, legacy_windows=False
    )
    return console, file


def print_table(console: Console, verdicts: Sequence[Verdict]) -> None:
    """Print a line a kata, or a commit and kata."""
    refs = [plain(verdict.origin.ref or "") for verdict in verdicts]
    width, wide = max(len(verdict.kata.id) for verdict in verdicts), max(map(len, refs))
    for verdict, ref in zip(verdicts, refs, strict=True):
        word, style = RESULTS[verdict.result]
        score = "    -" if verdict.score is None else f"{verdict.score:>5}"
        marks = " ".join(f"{MARKS[one.status][0]} {one.requirement.id}" for one in verdict.requirements)
        label = f"{ref:<{wide}}  " * bool(wide) + f"{verdict.kata.id:<{width}}"
        console.print(Text.assemble(f"{label}  ", (f"{word:<5}", style), f"{score}  {marks}"))


def print_verdict(console: Console, verdict: Verdict) -> None:
    """Print one verdict."""
    console.print(Text(f"{verdict.kata.id}  {plain(verdict.kata.title)}", style="bold"))
    if verdict.origin.repository:
        print_origin(console, verdict.origin)
    console.print()
    if verdict.cause is None or has_findings(verdict):
        for one in verdict.requirements:
            print_requirement(console, one)
    if verdict.cause is not None:
        print_cause(console, verdict)
    print_exception(console, verdict)
    print_summary(console, verdict)


def print_origin(console: Console, origin: Origin) -> None:
    """Print which commit of which repository was graded."""
    console.print(Text(plain(f"{origin.ref or 'a commit'} of {origin.repository}"), style="dim"))
    names = f"commit {origin.commit}" + (f", tree {origin.tree}" if origin.tree else "")
    console.print(Text(names, style="dim"), soft_wrap=True)


def print_cause(console: Console, verdict: Verdict) -> None:
    """Print what kept the checks from running or explains them, and the last lines of the log that shows it."""
    style = "red" if verdict.result is Result.FAIL else "yellow"
    console.print(Text(f"{introduction(verdict)}: {plain(verdict.cause or '')}", style=style))
    print_log(console, verdict)


def print_exception(console: Console, verdict: Verdict) -> None:
    """Print the last exception of the service's, where something failed and nothing else explains it."""
    if verdict.cause is None and verdict.log:
        console.print(Text("The last exception in the service's log"))
        print_log(console, verdict)


def print_log(console: Console, verdict: Verdict) -> None:
    """Print the lines of the service's log that the verdict holds."""
    if verdict.log:
        console.print(Padding(Text(plain(verdict.log), style="dim"), INDENT, expand=False))
    console.print()


def introduction(verdict: Verdict) -> str:
    """Say what the cause is the cause of."""
    if verdict.result is Result.ERROR:
        return "The workbench could not grade this"
    return "What was seen above may come of this" if has_findings(verdict) else "The checks could not run"


def has_findings(verdict: Verdict) -> bool:
    """Whether a check saw something to tell."""
    return any(one.findings for one in verdict.requirements)


def print_requirement(console: Console, one: RequirementResult) -> None:
    """Print one requirement and, where it is not kept, the promise and what was seen instead."""
    console.print(requirement_line(one))
    if one.status is not Status.PASS:
        print_details(console, one)
        console.print()


def requirement_line(one: RequirementResult) -> Text:
    """Return the line that says what became of a requirement."""
    mark, style = MARKS[one.status]
    line = Text.assemble(
        (f"{mark} {one.status.upper():<8}", style), f"{one.requirement.id}  {plain(one.requirement.title)}"
    )
    return line.append("  (stretch)", "dim") if one.requirement.stretch else line


def print_details(console: Console, one: RequirementResult) -> None:
    """Print the promise, what was seen instead, and how to get a hint."""
    console.print(Padding(Text(one.requirement.promise.strip(), style="italic"), INDENT, expand=False))
    for finding in one.findings:
        print_finding(console, finding)
    if one.hint:
        console.print(Padding(Text(f"a hint: {one.hint}", style="cyan"), INDENT, expand=False))


def print_finding(console: Console, finding: Finding) -> None:
    """Print what was expected, what was seen, and the command that shows it again."""
    console.print(Padding(Text(f"expected  {plain(finding.expected)}"), INDENT, expand=False))
    console.print(Padding(Text(f"seen      {plain(finding.seen)}"), INDENT, expand=False))
    if finding.repeat:
        console.print(Padding(Text(f"try       {plain(finding.repeat)}", style="dim"), INDENT, expand=False))


def print_summary(console: Console, verdict: Verdict) -> None:
    """Print the result in one line, and the next command."""
    word, style = RESULTS[verdict.result]
    passed = sum(one.status is Status.PASS for one in verdict.requirements)
    parts = [f"{passed} of {len(verdict.requirements)} requirements", f"{verdict.seconds:.1f} s"]
    if verdict.score is not None:
        parts.insert(0, f"score {verdict.score}")
    if verdict.hints_taken:
        parts.append(f"{verdict.hints_taken} hint{'s' * (verdict.hints_taken > 1)} taken")
    parts.append(f"{verdict.stack} stack, isolation: {plain(verdict.isolation)}")
    console.print(Text.assemble((word, style), "  ", ", ".join(parts)))
    if verdict.result is Result.PASS:
        console.print(
            Text(f"compare with the model solution: workbench solution {verdict.kata.id} --diff", style="cyan")
        )
