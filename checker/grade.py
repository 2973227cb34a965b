"""Grading commits: of one repository, for several katas, some at a time, each exactly once."""

from __future__ import annotations

import contextlib
import hashlib
import threading
from dataclasses import dataclass, field, replace
from importlib.metadata import version
from itertools import product
from typing import TYPE_CHECKING, Any, Final

from checker.check import Check, Request
from checker.check_all import JOBS, side_by_side
from checker.errors import InfrastructureError, UsageError
from checker.journal import TRIES, Journal, Key, open_journal
from checker.repository.git import is_fixed, version_of_git
from checker.repository.opening import open_repository
from checker.verdict import Result, Verdict, not_run
from checker.verdict_data import from_data, to_data

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from checker.catalog import Catalog
    from checker.repository.commit import Commit

MAX_JOBS: Final = 64


@dataclass(frozen=True)
class Order:
    """What is to be graded, and how."""

    repository: str
    refs: tuple[str, ...]
    katas: tuple[str, ...] = ()
    every: bool = False
    stack: str = "docker"
    jobs: int = JOBS
    journal: Path | None = None
    offline: bool = False
    strangers: bool = False
    candidate: str | None = None


@dataclass(frozen=True)
class Grade:
    """One commit for one kata."""

    commit: Commit
    kata: str


@dataclass
class Grader:
    """Grades, keeps a journal where there is one, and tells of each verdict; several threads may call."""

    check: Check
    say: Callable[[str], None]
    total: int
    journal: Journal | None = None
    stopping: threading.Event = field(default_factory=threading.Event)
    done: int = 0
    _counting: threading.Lock = field(default_factory=threading.Lock)

    def verdict(self, grade: Grade) -> Verdict:
        """Return the verdict on a commit: the journal's, or a new one."""
        key = self._key(grade)
        verdict = self._kept(key, grade)
        how = ", as the journal has it" if verdict else ""
        if verdict is None:
            verdict = self._graded(key, grade)
        self._tell(grade, f"{verdict.result}{how}")
        return replace(verdict, origin=replace(verdict.origin, ref=grade.commit.ref))

    def _kept(self, key: Key, grade: Grade) -> Verdict | None:
        if self.journal is None:
            return None
        if self.journal.lost(key) >= TRIES:
            return self._given_up(grade)
        data = self.journal.verdict(key)
        with contextlib.suppress(ValueError, KeyError, TypeError):
            return from_data(data, self.check.catalog.load(grade.kata)) if data else None
        return None

    def _graded(self, key: Key, grade: Grade) -> Verdict:
        if self.journal is None:
            return self._tried(grade)
        self.journal.begin(key)
        verdict = self._tried(grade)
        if self.stopping.is_set():
            self.journal.stop(key)
        else:
            self.journal.end(key, to_data(verdict))
        return verdict

    def _tried(self, grade: Grade) -> Verdict:
        """Grade, and where that ended in an error of ours once more, on a fresh stack."""
        request = Request(grade.kata, grade.commit)
        first = self.check.verdict(request)
        if first.result is not Result.ERROR or self.stopping.is_set():
            return first
        self.say(f"{name_of(grade)}: error ({first.cause}); trying once more")
        second = self.check.verdict(request)
        if second.result is not Result.ERROR and not self.stopping.is_set():
            self.say(f"{name_of(grade)}: the second try ended otherwise, and counts")
        return second

    def _given_up(self, grade: Grade) -> Verdict:
        """Return the verdict on what nobody survived grading."""
        kata = self.check.catalog.load(grade.kata)
        return Verdict(
            kata=kata,
            result=Result.ERROR,
            requirements=tuple(map(not_run, kata.requirements)),
            origin=grade.commit.origin,
            stack=self.check.stack,
            workbench=version("interview-workbench"),
            cause=f"the grader died {TRIES} times over it, and does not try again with this journal",
            isolation="unknown",
        )

    def _key(self, grade: Grade) -> Key:
        commit, suite = grade.commit, digest_of_suite(self.check.catalog, grade.kata)
        return Key(commit.repository, commit.name, grade.kata, self.check.stack, version("interview-workbench"), suite)

    def _tell(self, grade: Grade, what: str) -> None:
        with self._counting:
            self.done += 1
            if self.total > 1 and not self.stopping.is_set():
                self.say(f"{self.done} of {self.total}  {name_of(grade)}: {what}")


def grade_commits(
    catalog: Catalog, order: Order, say: Callable[[str], None], tell: Callable[[dict[str, Any]], None]
) -> list[Verdict]:
    """Return a verdict a commit and kata, by commit; `UsageError` where the order makes no sense.

    `say` gets lines of progress, `tell` the events of a run where there is only one.
    """
    katas = katas_of(catalog, order)
    refuse(order)
    check = Check(catalog, stack=order.stack, offline=order.offline)
    look_at_isolation(check, order, say)
    with contextlib.ExitStack() as stack:
        repository = stack.enter_context(open_repository(order.repository, offline=order.offline))
        journal = stack.enter_context(open_journal(order.journal)) if order.journal else None
        commits = [repository.commit(ref) for ref in dict.fromkeys(order.refs)]
        wanted = [Grade(commit, kata) for commit, kata in product(commits, katas)]
        if len(wanted) == 1:
            check = replace(check, tell=tell)
        return graded(Grader(check, say, len(once(wanted)), journal), wanted, order.jobs)


def kept(order: Order, verdicts: list[Verdict], warn: Callable[[str], None]) -> list[Verdict]:
    """Keep verdicts in the candidate's records, where there is a candidate, and return them."""
    if order.candidate is None:
        return verdicts
    from records.keeping import Keeper

    with Keeper(order.candidate, warn) as keeper:
        return [keeper.keep(verdict) for verdict in verdicts]


def graded(grader: Grader, wanted: list[Grade], jobs: int) -> list[Verdict]:
    """Return a verdict each; two names for one commit are one grade."""
    firsts = once(wanted)
    verdicts = side_by_side(grader.verdict, list(firsts.values()), jobs, grader.stopping.set)
    found = dict(zip(firsts, verdicts, strict=True))
    return [renamed(found[one.commit.name, one.kata], one.commit.ref) for one in wanted]


def once(wanted: list[Grade]) -> dict[tuple[str, str], Grade]:
    """Return each commit and kata once, by what makes them the same."""
    found: dict[tuple[str, str], Grade] = {}
    for one in wanted:
        found.setdefault((one.commit.name, one.kata), one)
    return found


def renamed(verdict: Verdict, ref: str) -> Verdict:
    """Return the verdict under the name by which the caller called its commit."""
    return replace(verdict, origin=replace(verdict.origin, ref=ref))


def katas_of(catalog: Catalog, order: Order) -> list[str]:
    """Return the katas that are meant, each once."""
    if order.every == bool(order.katas):
        reason = "--all grades every task, so no kata goes with it" if order.every else "no kata is named"
        raise UsageError(reason, next_step="workbench grade … task2 task3, or --all")
    if order.every:
        return [kata.id for kata in catalog.all() if kata.kind == "task"]
    return [catalog.load(kata).id for kata in dict.fromkeys(order.katas)]


def refuse(order: Order) -> None:
    """Refuse options that do not go together."""
    if order.strangers and order.stack != "docker":
        raise UsageError("strangers' code is graded in containers alone", next_step="leave --stack out")
    if not 1 <= order.jobs <= MAX_JOBS:
        raise UsageError(f"--jobs is 1 to {MAX_JOBS}", next_step="as many as there are processors: --jobs 2")
    if order.candidate is not None and (len(set(order.refs)) > 1 or not order.candidate.strip()):
        raise UsageError("--candidate needs a name, and one --ref, which is that candidate's")


def look_at_isolation(check: Check, order: Order, say: Callable[[str], None]) -> None:
    """Refuse to begin without what keeps submissions apart, and say where that is weaker than it might be."""
    check.venue.isolation()
    found = [] if is_fixed(version_of_git()) else ["this git has known holes"]
    if order.strangers:
        from checker.docker.engine import require_for_strangers

        require_for_strangers()
        if found:
            raise InfrastructureError(f"{found[0]}, so no strangers' repository is read", next_step="apt install git")
    if order.stack == "local":
        found.append("the local stack is for people whose code you trust")
    else:
        from checker.docker.engine import engine

        found += [f"{one}, so strangers' code had better not be graded here" for one in engine().outdated]
    for one in found:
        say(f"workbench: {one}")


def digest_of_suite(catalog: Catalog, kata: str) -> str:
    """Return what names a kata's suite and description as they are now."""
    place = catalog.place(kata)
    digest = hashlib.sha256()
    files = [path for path in place.suite.rglob("*") if path.is_file() and "__pycache__" not in path.parts]
    for path in [place.kata / "kata.yaml", *sorted(files)]:
        digest.update(path.name.encode() + b"\0" + hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()[:16]


def name_of(grade: Grade) -> str:
    """Return what a line of progress calls a grade."""
    return f"{grade.commit.ref} {grade.kata}"
