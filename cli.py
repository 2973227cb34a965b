"""The command line: each command parses, calls one function, renders, and maps to an exit status.

What a command needs is imported when it runs, so that `--help` stays quick.
"""

from __future__ import annotations

import contextlib
import os
import sys
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from collections.abc import Iterator

    from records.keeping import Keeper

app = typer.Typer(
    name="workbench",
    help="Practise Python backend interview tasks, and see them graded on real PostgreSQL, Valkey, SQS and Lambda.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,  # the help in boxes takes twice as long to import
)
dev = typer.Typer(help="For those who write katas and suites.", no_args_is_help=True)
app.add_typer(dev, name="dev")
sessions = typer.Typer(help="List what is kept of interviews and checks, export it, or delete it for good.")
app.add_typer(sessions, name="sessions")


class Stack(StrEnum):
    """What a submission is graded on."""

    LOCAL = "local"
    DOCKER = "docker"


class Format(StrEnum):
    """How a verdict is printed."""

    HUMAN = "human"
    JSON = "json"
    JUNIT = "junit"
    CTRF = "ctrf"
    SUMMARY = "summary"
    ANNOTATIONS = "annotations"


KataArgument = Annotated[
    str | None, typer.Argument(metavar="[ID]", help="The kata; the started folder's own if left out.")
]
PathOption = Annotated[Path, typer.Option("--path", metavar="FOLDER", help="The submission.")]
ReportOption = Annotated[
    list[str] | None,
    typer.Option("--report", metavar="FORMAT=FILE", help="Write the verdict there too; as often as wanted."),
]
StackOption = Annotated[Stack, typer.Option("--stack", help="Processes of this machine, or containers.")]
HERE = Path()


@app.callback()
def choose(context: typer.Context) -> None:
    """Refuse what this edition has no content for."""
    with answering():
        from checker.edition import refuse_withheld

        refuse_withheld(context.invoked_subcommand)


@contextlib.contextmanager
def answering() -> Iterator[None]:
    """Turn the errors a person may meet into one line and an exit status; a bug keeps its traceback."""
    from checker.errors import WorkbenchError
    from checker.interrupts import Interrupted, interruptible
    from checker.renderers.plain import harmless

    try:
        with interruptible():
            yield
    except WorkbenchError as error:
        typer.echo(harmless(f"workbench: {error.message}"), err=True)  # which may name what a submission holds
        if error.next_step:
            typer.echo(harmless(f"next: {error.next_step}"), err=True)
        raise typer.Exit(error.exit_status) from None
    except Interrupted as stop:
        typer.echo("workbench: stopped", err=True)
        raise typer.Exit(stop.exit_status) from None


def put(text: str) -> None:
    """Print a result. Where it cannot be written that is an error of ours, and a silent one where the reader left."""
    from checker.errors import ExitStatus, InfrastructureError

    try:
        typer.echo(text, nl=False)
    except OSError as error:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # or the interpreter would try again at its end
        if isinstance(error, BrokenPipeError):
            raise typer.Exit(ExitStatus.ERROR) from None
        raise InfrastructureError(f"cannot write the result: {error.strerror}") from error


@app.command("list")
def list_katas() -> None:
    """List the katas."""
    with answering():
        from checker.catalog import Catalog
        from checker.renderers.katas import table

        put(table(Catalog().all()))


@app.command()
def show(kata: Annotated[str, typer.Argument(metavar="ID")]) -> None:
    """Show a kata's brief and its part of the contract."""
    with answering():
        from checker.catalog import Catalog

        catalog = Catalog()
        catalog.load(kata)
        put((catalog.place(kata).kata / "README.md").read_text(encoding="utf-8"))


@app.command()
def start(
    kata: Annotated[str, typer.Argument(metavar="ID")],
    folder: Annotated[Path | None, typer.Argument(metavar="[DIR]", help="A new folder; ID if left out.")] = None,
) -> None:
    """Start a kata: a fresh git repository with the starter, the brief and visible tests."""
    with answering():
        from checker.catalog import Catalog
        from checker.start import start as start_kata

        made = start_kata(Catalog(), kata, folder or Path(kata))
        put(f"{made.folder} holds the starter of {kata}; read {made.folder}/README.md, then edit and type:\n")
        put(f"  cd {made.folder} && workbench check\n")


@app.command()
def kit(
    kata: Annotated[str, typer.Argument(metavar="ID")],
    out: Annotated[Path, typer.Option("--out", metavar="DIR", help="A new folder.")],
) -> None:
    """Make what a candidate is handed: a git repository with the starter, the brief, visible tests and CI."""
    with answering():
        from checker.catalog import Catalog
        from checker.handout import hand_out

        made = hand_out(Catalog(), kata, out)
        put(f"{made.folder} holds what a candidate gets for {kata}; push it to a repository of the candidate's own\n")


@app.command()
def check(
    kata: KataArgument = None,
    path: PathOption = HERE,
    output: Annotated[Format, typer.Option("--format", help="How the verdict is printed.")] = Format.HUMAN,
    every: Annotated[bool, typer.Option("--all", help="Every coding task, and a table.")] = False,
    watch: Annotated[bool, typer.Option("--watch", help="Again whenever a file is saved.")] = False,
    model: Annotated[bool, typer.Option("--model", help="Grade the model solution: is all well here?")] = False,
    candidate: Annotated[
        str | None, typer.Option("--candidate", metavar="NAME", help="Keep the verdict in this candidate's records.")
    ] = None,
    report: ReportOption = None,
    stack: StackOption = Stack.LOCAL,
) -> None:
    """Grade a submission, requirement by requirement, on this machine."""
    with answering():
        from checker import commands, reports
        from checker.catalog import Catalog
        from checker.edition import is_candidates
        from checker.renderers import terminal
        from records.keeping import Keeper

        if is_candidates():
            named = {"all": every, "watch": watch, "model": model, "candidate": candidate, "report": report}
            refused = [name for name, value in {**named, "stack": stack is not Stack.LOCAL}.items() if value]
            raise typer.Exit(check_visible_part(kata, path, output, refused))
        machine = output is not Format.HUMAN or bool(report)
        commands.refuse_mixture(
            kata, every=every, watch=watch, model=model, machine=machine, candidate=candidate, stack=stack
        )
        wanted = reports.parse(report or [], output)
        with Keeper(candidate, terminal.say) as keeper:
            if watch:
                return watch_folder(kata, path, keeper)
            tell = terminal.progress(quiet=output is not Format.HUMAN)
            if every:
                verdicts = commands.check_every_task(Catalog(), path, tell, keeper, stack=stack)
            elif model:
                verdicts = commands.check_model(Catalog(), kata, tell, stack=stack)
            else:
                verdicts = commands.check_folder(Catalog(), kata, path, tell, keeper, stack=stack)
            put(terminal.render(verdicts, output))
            reports.write(verdicts, wanted, put)
        raise typer.Exit(max(verdict.result.exit_status for verdict in verdicts))


def check_visible_part(kata: str | None, path: Path, output: Format, refused: list[str]) -> int:
    """Run a folder's visible tests, which is what a check is in the candidate's edition; return the exit status."""
    from checker.catalog import Catalog
    from checker.commands import locate
    from checker.renderers import terminal
    from checker.renderers.visible import render_visible
    from checker.visible import check_visible, refuse_options

    refuse_options(refused)
    verdict = check_visible(Catalog(), locate(kata, path), terminal.progress(quiet=output is not Format.HUMAN))
    put(render_visible(verdict) if output is Format.HUMAN else terminal.render([verdict], output))
    return int(verdict.result.exit_status)


def watch_folder(kata: str | None, path: Path, keeper: Keeper) -> None:
    """Check a folder at every save until the user quits."""
    from checker import commands
    from checker.catalog import Catalog
    from checker.renderers.watching import TerminalKeys, TerminalScreen, single_keys

    with single_keys():
        commands.watch_folder(Catalog(), kata, path, TerminalScreen(), TerminalKeys(), keeper=keeper)


@app.command()
def grade(
    repo: Annotated[str, typer.Option("--repo", metavar="URL|PATH", help="The repository.")],
    ref: Annotated[
        list[str], typer.Option("--ref", metavar="BRANCH|TAG|SHA", help="The commit; as often as there are.")
    ],
    katas: Annotated[list[str] | None, typer.Argument(metavar="[ID]…", help="The katas.")] = None,
    every: Annotated[bool, typer.Option("--all", help="Every coding task.")] = False,
    stack: StackOption = Stack.DOCKER,
    output: Annotated[Format, typer.Option("--format", help="How the verdicts are printed.")] = Format.HUMAN,
    report: ReportOption = None,
    jobs: Annotated[int, typer.Option("--jobs", metavar="N", help="So many at a time.")] = 2,
    journal: Annotated[
        Path | None, typer.Option("--journal", metavar="FILE", help="Go on from there when it was cut off.")
    ] = None,
    offline: Annotated[bool, typer.Option("--offline", help="Download nothing.")] = False,
    strangers: Annotated[bool, typer.Option("--strangers", help="Refuse what is not safe enough for them.")] = False,
    candidate: Annotated[
        str | None, typer.Option("--candidate", metavar="NAME", help="Keep the verdicts in this candidate's records.")
    ] = None,
) -> None:
    """Grade commits of a repository that nobody trusts, in containers that can reach nothing."""
    with answering():
        from checker import grade, reports
        from checker.catalog import Catalog
        from checker.renderers import terminal

        order = grade.Order(
            repo, tuple(ref), tuple(katas or ()), every, stack, jobs, journal, offline, strangers, candidate
        )
        wanted = reports.parse(report or [], output)
        tell = terminal.progress(quiet=output is not Format.HUMAN)
        verdicts = grade.kept(order, grade.grade_commits(Catalog(), order, terminal.say, tell), terminal.say)
        put(terminal.render(verdicts, output))
        reports.write(verdicts, wanted, put)
        raise typer.Exit(max(verdict.result.exit_status for verdict in verdicts))


@app.command()
def lab(
    kata: KataArgument = None,
    path: Annotated[
        Path | None, typer.Option("--path", metavar="FOLDER", help="Your service; the kata's starter if left out.")
    ] = None,
    rate: Annotated[float | None, typer.Option("--rate", metavar="N", help="Requests a second.")] = None,
    seconds: Annotated[float | None, typer.Option("--seconds", metavar="N", help="End by itself.")] = None,
    plain: Annotated[bool, typer.Option("--plain", help="Line by line; the default off a terminal.")] = False,
) -> None:
    """Run a kata's service under a steady load, to watch it and to attach tools to it."""
    with answering():
        from checker.lab.command import Call, hold_lab
        from checker.renderers import terminal

        hold_lab(Call(kata, path, rate, seconds, plain), put, terminal.say)


@app.command()
def hint(
    requirement: Annotated[str, typer.Argument(metavar="REQUIREMENT", help="As the verdict names it, or KATA.")],
    kata: Annotated[
        str | None, typer.Option("--kata", metavar="ID", help="The kata, outside a started folder.")
    ] = None,
    path: PathOption = HERE,
) -> None:
    """Give the next hint of a requirement; hints taken are counted in the verdict."""
    with answering():
        from checker.catalog import Catalog
        from checker.commands import next_hint

        put(next_hint(Catalog(), kata, requirement, path) + "\n")


@app.command()
def solution(
    kata: KataArgument = None,
    path: PathOption = HERE,
    diff: Annotated[bool, typer.Option("--diff", help="As the difference to your own files.")] = False,
    force: Annotated[bool, typer.Option("--force", help="Also before the kata has passed.")] = False,
    into: Annotated[
        Path | None, typer.Option("--into", metavar="DIR", help="As a whole repository in a new folder.")
    ] = None,
) -> None:
    """Show the model solution, once the kata has passed."""
    with answering():
        from checker.catalog import Catalog
        from checker.commands import show_solution

        put(show_solution(Catalog(), kata, path, diff=diff, force=force, into=into))


@app.command()
def quiz(
    candidate: Annotated[str | None, typer.Option("--candidate", metavar="NAME", help="Who is interviewed.")] = None,
    level: Annotated[str | None, typer.Option("--level", metavar="junior|mid|senior", help="For whom it is.")] = None,
    sections: Annotated[str | None, typer.Option("--sections", metavar="1,3,5", help="Ask these sections.")] = None,
    minutes: Annotated[
        float | None, typer.Option("--minutes", metavar="N", help="Ask a balanced set of questions within N minutes.")
    ] = None,
    questions: Annotated[
        str | None, typer.Option("--questions", metavar="q1,q7", help="Ask these questions, tasks and scenarios.")
    ] = None,
    resume: Annotated[
        str | None, typer.Option("--resume", metavar="ID", help="Go on with an interview where it stopped.")
    ] = None,
    plain: Annotated[bool, typer.Option("--plain", help="Line by line; the default off a terminal.")] = False,
    contents: Annotated[bool, typer.Option("--list", help="Only list what can be asked.")] = False,
) -> None:
    """Hold an interview: ask, mark what you hear, and see the score with its evidence."""
    with answering():
        from quiz.command import Call, hold_interview, list_bank
        from quiz.selection import Wish

        if contents:
            put(list_bank())
        else:
            hold_interview(Call(candidate, Wish(level, sections, minutes, questions), resume, plain), put)


@app.command()
def report(
    interview: Annotated[
        str | None, typer.Argument(metavar="[ID]", help="The interview; the last one if left out.")
    ] = None,
    candidate: Annotated[
        str | None, typer.Option("--candidate", metavar="NAME", help="This candidate's last interview, and code.")
    ] = None,
    output: Annotated[
        str | None, typer.Option("--format", metavar="html|markdown|json", help="What FILE is called by, or HTML.")
    ] = None,
    out: Annotated[Path | None, typer.Option("--out", metavar="FILE", help="Write it there; else to stdout.")] = None,
) -> None:
    """Make a page of an interview and of the candidate's code, for a hiring meeting to read."""
    with answering():
        from quiz.report.command import report as make_report

        put(make_report(interview, candidate, output, out))


@sessions.callback(invoke_without_command=True)
def list_sessions(
    context: typer.Context,
    candidate: Annotated[str | None, typer.Option("--candidate", metavar="NAME", help="Only this candidate's.")] = None,
    export: Annotated[
        Path | None, typer.Option("--export", metavar="FILE", help="Write everything as JSON; - for stdout.")
    ] = None,
) -> None:
    """List what is kept of interviews and checks, export it, or delete it for good."""
    if context.invoked_subcommand is not None:
        return
    with answering():
        from records import command

        put(command.list_sessions(candidate) if export is None else command.export_sessions(candidate, export))


@sessions.command("delete")
def delete_sessions(
    interview: Annotated[str | None, typer.Argument(metavar="[ID]", help="An interview.")] = None,
    candidate: Annotated[
        str | None, typer.Option("--candidate", metavar="NAME", help="Everything of a candidate.")
    ] = None,
    own: Annotated[bool, typer.Option("--own", help="What you practised yourself.")] = False,
    sure: Annotated[bool, typer.Option("--yes", help="Without asking.")] = False,
) -> None:
    """Delete an interview, or everything of somebody: no byte of it stays in the file."""
    with answering():
        from records.command import agreement, delete_sessions
        from records.deletion import Choice

        put(delete_sessions(Choice(interview, candidate, own), agreement(sure=sure)))


@app.command()
def practice(
    section: Annotated[
        str | None, typer.Option("--section", metavar="3", help="Practise this section, also ahead of time.")
    ] = None,
    due: Annotated[bool, typer.Option("--due", help="Only what is due.")] = False,
    stats: Annotated[bool, typer.Option("--stats", help="How it stands: a heat map and a forecast.")] = False,
    by: Annotated[
        str | None, typer.Option("--by", metavar="DATE", help="Your interview, as 2026-12-20; none forgets it.")
    ] = None,
) -> None:
    """Practise the questions alone: answer, tick what you covered, and what was weak comes again."""
    with answering():
        from quiz.practice_command import Call, practise

        practise(Call(section, due, stats, by), put)


@app.command()
def doctor() -> None:
    """Tell what is here, which isolation that makes, and how to get what is missing."""
    with answering():
        from checker.doctor import examine
        from checker.renderers.diagnoses import table

        found = examine()
        put(table(found))
        raise typer.Exit(0 if all(one.ok or not one.needed for one in found) else 3)


@dev.command("check")
def dev_check(
    katas: Annotated[list[str] | None, typer.Argument(metavar="[ID]…", help="The katas; all if left out.")] = None,
    full: Annotated[bool, typer.Option("--full", help="Every variant, not one a requirement.")] = False,
    soak: Annotated[int, typer.Option("--soak", metavar="N", help="Grade what passes, and the starter, N times.")] = 1,
    jobs: Annotated[int, typer.Option("--jobs", metavar="N", help="Submissions at a time.")] = 2,
    matrix: Annotated[Path | None, typer.Option("--matrix", metavar="FILE", help="Write the matrix there too.")] = None,
    bank: Annotated[
        Path | None, typer.Option("--bank", metavar="FILE", help="Prove this question bank, and grade nothing.")
    ] = None,
) -> None:
    """Prove the content: the bank is whole, the starter fails, good solutions pass, every variant fails as named."""
    with answering():
        from checker.catalog import Catalog
        from checker.gate import Scope, run_gate
        from checker.renderers import terminal
        from quiz.proof import prove_file, told

        catalog = Catalog()
        proof = prove_file(bank or catalog.content.questions, catalog)
        put(told(proof))
        if bank is not None or proof.findings:
            raise typer.Exit(1 if proof.findings else 0)
        report = run_gate(catalog, katas or [], Scope(full=full, repeats=soak, jobs=jobs), terminal.say)
        put(terminal.render_gate(report, matrix))
        raise typer.Exit(0 if report.clean else 1)


@dev.command("new")
def dev_new(
    kata: Annotated[str, typer.Argument(metavar="ID", help="The new kata's id, which names its folder.")],
    katas: Annotated[
        Path | None, typer.Option("--in", metavar="FOLDER", help="Your katas; WORKBENCH_KATAS, or here, if left out.")
    ] = None,
) -> None:
    """Begin a kata of your own: a small one that is whole, to be changed piece by piece."""
    with answering():
        from checker.catalog import Catalog
        from checker.new_kata import new_kata

        catalog = Catalog()
        made = new_kata(catalog, kata, katas or catalog.own or HERE)
        put(f"{made.folder} holds a kata that is whole; prove it, then change it piece by piece:\n")
        put(f"  WORKBENCH_KATAS={made.katas.resolve()} workbench dev check {kata} --full\n")


if __name__ == "__main__":
    app()
