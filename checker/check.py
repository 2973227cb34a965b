"""Checking a folder for a kata, from its files to a verdict."""

from __future__ import annotations

import time
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, field, replace
from functools import cached_property
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any

from checker.assemble import assemble, assembled
from checker.errors import InfrastructureError, SubmissionError
from checker.libraries import slow_imports
from checker.parts.functions.client import runtime_client_folder
from checker.runner.job import Job, Observation, Outcome, Preparation
from checker.stacks.venues import Venue, said_isolation, venue
from checker.submission import Folder, Source, Submission, freeze
from checker.verdict import Origin, Verdict, judge, of_kind
from checker.workspace import cache_folder, run_folder

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from checker.catalog import Catalog
    from checker.stacks.live import Run


@dataclass(frozen=True)
class Request:
    """What is to be checked: a folder or a commit, for a kata, perhaps for some of its requirements alone."""

    kata: str
    source: Path | Source
    only: tuple[str, ...] = ()
    first: tuple[str, ...] = ()  # requirements that are looked at before the others

    @property
    def submitted(self) -> Source:
        """What becomes the submission."""
        return Folder(self.source) if isinstance(self.source, Path) else self.source


@dataclass
class Prepared:
    """A run that waits for its submission, its folder, and what it was given in the end."""

    run: Run
    folder: Path
    job: Job | None = None

    def expect(self, like: Job) -> None:
        """Make ready for a submission like one that was checked before."""
        self.run.expect(replace(like, submission=str(self.folder / "submission")))


@dataclass(frozen=True)
class Check:
    """How checks are made: with which content, and who hears of their progress."""

    catalog: Catalog
    tell: Callable[[dict[str, Any]], None] = field(default=lambda _: None)
    canary: bool = True
    stack: str = "local"
    offline: bool = False  # whether nothing may be downloaded for a submission's environment

    @cached_property
    def venue(self) -> Venue:
        """Where runs take place."""
        return venue(self.catalog, self.stack, offline=self.offline)

    @contextmanager
    def prepare(self, request: Request) -> Iterator[Prepared]:
        """Start a run that can take the request's submission as it will be when it is wanted."""
        suite = str(self.catalog.place(request.kata).suite)
        kata = self.catalog.load(request.kata)
        with run_folder() as folder:
            place = (suite, str(folder), self.venue.isolation())
            hidden = tuple(map(str, self.catalog.secrets()))
            preparation = Preparation(
                *place, request.only, request.first, kata.patience, explain=kata.explain, hidden=hidden
            )
            with self.venue.begin(preparation, self._say) as run:
                yield Prepared(run, folder)

    def verdict(self, request: Request, prepared: Prepared | None = None) -> Verdict:
        """Check one submission. `UsageError` where the call is wrong; every other trouble is in the verdict."""
        kata = self.catalog.load(request.kata)
        for identifier in (*request.only, *request.first):
            kata.requirement(identifier)
        started = time.monotonic()
        origin = request.submitted.origin
        try:
            outcome, origin = self._run(request, prepared)
        except SubmissionError as error:
            outcome = Outcome("stopped", cause=error.message, log=error.log, isolation=said_isolation(self.venue))
        except InfrastructureError as error:
            outcome = Outcome("broken", cause=said(error), isolation=said_isolation(self.venue), detail=error.detail)
        result, requirements, cause = judge(kata, outcome, request.only)
        return Verdict(
            kata=kata,
            result=result,
            requirements=requirements,
            origin=origin,
            stack=self.stack,
            workbench=version("interview-workbench"),
            cause=cause,
            log=outcome.log,
            seconds=round(time.monotonic() - started, 2),
            ended=time.time(),
            isolation=outcome.isolation,
            observations=outcome.observations,
            detail=outcome.detail,
        )

    def _run(self, request: Request, prepared: Prepared | None) -> tuple[Outcome, Origin]:
        with nullcontext(prepared) if prepared else self.prepare(request) as ready:
            submission = request.submitted.freeze(ready.folder / "submission")
            origin = submission.origin
            model, model_venv = self._model(request.kata, ready.folder)
            job = Job(
                submission=str(submission.folder),
                venv=str(self._environment(submission)),
                client=str(runtime_client_folder(cache_folder() / "runtime-client")),
                slow=slow_imports(submission.folder),
                model=model,
                model_venv=model_venv,
            )
            ready.job = job
            outcome = ready.run.check(job, self.tell)
        if needs_canary(outcome) and self.canary:
            outcome = self._ask_canary(request, outcome)
        return outcome, origin

    def _model(self, kata: str, folder: Path) -> tuple[str, str]:
        """Return the model solution and its environment, where the kata's suite compares with it."""
        if not self.catalog.load(kata).compare:
            return "", ""
        with assembled(self.catalog.layers(kata, solved=True)) as solved:
            model = freeze(solved, folder / "model")
        return str(model.folder), str(self._environment(model))

    def _environment(self, submission: Submission) -> Path:
        return self.venue.environment(submission, self._say)

    def _say(self, line: str) -> None:
        self.tell({"installing": line})

    def _ask_canary(self, request: Request, outcome: Outcome) -> Outcome:
        """Grade the model solution on this machine: where it does not pass either, it is us."""
        self.tell({"phase": "canary"})
        with run_folder() as folder:  # which is swept, should this process be killed
            solved = assemble(self.catalog.layers(request.kata, solved=True), folder / "model")
            verdict = replace(self, canary=False).verdict(replace(request, source=solved))
        if verdict.result == "pass":
            return replace(outcome, observations=tuple(map(as_its_doing, outcome.observations)))
        broken = outcome.cause or "some checks broke"
        cause = f"{broken}; but neither does the model solution pass here ({verdict.cause})"
        return replace(outcome, kind="broken", cause=cause)


def needs_canary(outcome: Outcome) -> bool:
    """Whether an end says nothing of whose doing it was: it took too long, or a check broke on what it was given."""
    if outcome.kind == "stopped":
        return not outcome.explained
    return any(seen.outcome == "error" for seen in outcome.observations)


def as_its_doing(seen: Observation) -> Observation:
    """Return an observation of a submission on whose answers a check broke, though the model solution's are read."""
    if seen.outcome != "error":
        return seen
    return replace(
        seen,
        outcome="fail",
        expected="answers of the promised kind",
        seen=f"what a check cannot read{of_kind(seen.detail)}",
    )


def said(error: InfrastructureError) -> str:
    """Return an error's message with what to do about it."""
    return f"{error.message}; {error.next_step}" if error.next_step else error.message


def worst(verdicts: Sequence[Verdict]) -> int:
    """Return the exit status of several verdicts: an error over a failure over a pass."""
    return max((int(verdict.result.exit_status) for verdict in verdicts), default=0)
