"""Grading commits: what is graded, how often, what counts, and which calls make no sense."""

from __future__ import annotations

import shutil
import subprocess
import threading
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import pytest

from checker.check import Check
from checker.errors import InfrastructureError, UsageError
from checker.grade import Grade, Grader, Order, digest_of_suite, grade_commits, graded, katas_of, refuse
from checker.journal import TRIES, open_journal
from checker.repository.commit import Commit
from checker.stacks.live import live
from checker.verdict import Result

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from checker.catalog import Catalog
    from checker.check import Request
    from checker.journal import Journal
    from checker.stacks.live import Run
    from checker.verdict import Verdict


@contextmanager
def nothing() -> Iterator[Any]:
    """Give no objects: what is graded here is never read."""
    yield None


def grade(commit: str = "1" * 40, ref: str = "main", kata: str = "tiny") -> Grade:
    """Return a grade."""
    return Grade(Commit("r", ref, commit, None, nothing), kata)


@dataclass
class Scripted:
    """Checks that end as they are told, one after the other: a `Check` without a stack."""

    catalog: Catalog
    make: Callable[..., Verdict]
    ends: list[str] = field(default_factory=list)
    asked: list[Request] = field(default_factory=list)
    stack: str = "local"

    def verdict(self, request: Request) -> Verdict:
        """Return the next verdict."""
        self.asked.append(request)
        result = self.ends.pop(0) if self.ends else "pass"
        cause = "we broke" if result == "error" else None
        kata = self.catalog.load(request.kata)
        statuses = ["pass" if result == "pass" else "not-run"] * len(kata.requirements)
        return self.make(*statuses, result=result, kata=kata, cause=cause, origin=request.submitted.origin)


@pytest.fixture
def scripted(tiny_catalog: Catalog, make_verdict: Callable[..., Verdict]) -> Scripted:
    """Return scripted checks."""
    return Scripted(tiny_catalog, make_verdict)


@pytest.fixture
def said() -> list[str]:
    """Return where lines of progress go."""
    return []


def grader(scripted: Scripted, said: list[str], total: int = 1, journal: Journal | None = None) -> Grader:
    """Return a grader."""
    return Grader(cast("Check", scripted), said.append, total, journal)


@pytest.mark.parametrize(
    ("ends", "result", "tries"),
    [
        (["pass"], Result.PASS, 1),
        (["fail"], Result.FAIL, 1),
        (["error", "pass"], Result.PASS, 2),
        (["error", "fail"], Result.FAIL, 2),
        (["error", "error", "pass"], Result.ERROR, 2),
    ],
)
def test_an_error_is_tried_once_more(
    scripted: Scripted, said: list[str], ends: list[str], result: Result, tries: int
) -> None:
    """A fail is never tried again, an error once; the second verdict counts, and where it differs that is said."""
    scripted.ends = list(ends)
    assert grader(scripted, said).verdict(grade()).result is result
    assert len(scripted.asked) == tries
    assert any("we broke" in line for line in said) == (tries == 2)
    assert any("counts" in line for line in said) == (tries == 2 and result is not Result.ERROR)


def test_two_names_of_a_commit_are_one_grade(scripted: Scripted, said: list[str]) -> None:
    """What is the same commit for the same kata is graded once, and shown under each name, in the order asked for."""
    wanted = [grade(), grade(ref="v1"), grade("2" * 40, "other"), grade(ref="v1")]
    verdicts = graded(grader(scripted, said, 2), wanted, 2)
    assert [(one.origin.ref, (one.origin.commit or "")[0]) for one in verdicts] == [
        ("main", "1"),
        ("v1", "1"),
        ("other", "2"),
        ("v1", "1"),
    ]
    assert len(scripted.asked) == 2
    assert sorted(line[:6] for line in said) == ["1 of 2", "2 of 2"]


def test_the_journal_spares_what_had_ended(scripted: Scripted, said: list[str], tmp_path: Path) -> None:
    """What passed or failed is not graded again and its verdict is the same; an error is, and so is another commit."""
    wanted = [grade("1" * 40), grade("2" * 40), grade("3" * 40)]
    scripted.ends = ["pass", "fail", "error", "error"]
    with open_journal(tmp_path / "j") as journal:
        first = graded(grader(scripted, said, 3, journal), wanted, 1)
    scripted.asked.clear()
    with open_journal(tmp_path / "j") as journal:
        second = graded(grader(scripted, said, 4, journal), [*wanted, grade("4" * 40)], 1)
    assert [one.source.origin.commit[0] for one in scripted.asked] == ["3", "4"]  # type: ignore[union-attr,index]  # all are commits
    assert second[:2] == first[:2]
    assert [one.result for one in second] == ["pass", "fail", "pass", "pass"]
    assert said[-4].endswith("pass, as the journal has it")


def test_another_suite_or_stack_is_another_grade(scripted: Scripted, said: list[str], tmp_path: Path) -> None:
    """What was graded by another suite, or on another stack, is graded again."""
    suite = scripted.catalog.place("tiny").suite
    own = Path(shutil.copytree(suite.parent.parent, tmp_path / "katas"))
    scripted.catalog.own = own
    for change in (
        lambda: None,
        lambda: (own / "tiny/suite/more.py").write_text("x"),
        lambda: setattr(scripted, "stack", "docker"),
    ):
        change()
        with open_journal(tmp_path / "j") as journal:
            graded(grader(scripted, said, 1, journal), [grade()], 1)
            graded(grader(scripted, said, 1, journal), [grade()], 1)
    assert len(scripted.asked) == 3


def test_what_kills_the_grader_is_given_up(scripted: Scripted, said: list[str], tmp_path: Path) -> None:
    """After three deaths in a row over one grade it is an error at once, and the others are graded."""
    with open_journal(tmp_path / "j") as journal:
        one = grader(scripted, said, 2, journal)
        for _ in range(TRIES):
            journal.begin(one._key(grade()))  # noqa: SLF001 - as a process that died after it had written this
        verdicts = graded(one, [grade(), grade("2" * 40)], 1)
    assert [verdict.result for verdict in verdicts] == ["error", "pass"]
    assert "died 3 times" in str(verdicts[0].cause)
    assert len(scripted.asked) == 1


class Held:
    """A run that ends when it is told to."""

    def __init__(self) -> None:
        self.over = threading.Event()

    def abort(self) -> None:
        """End it."""
        self.over.set()


def test_who_stops_it_ends_every_run_and_loses_no_grade(scripted: Scripted, said: list[str], tmp_path: Path) -> None:
    """Told to stop, it ends the runs under way, tries none again, and what they ended with is no verdict."""
    run, begun = Held(), threading.Event()

    def hold(request: Request) -> Verdict:
        if request.submitted.origin.commit == "2" * 40:
            begun.wait(30)
            raise KeyboardInterrupt
        live.add(cast("Run", run))
        begun.set()
        run.over.wait(30)
        live.discard(cast("Run", run))
        scripted.ends = ["error"]
        return Scripted.verdict(scripted, request)

    scripted.verdict = hold  # type: ignore[method-assign]  # a run that is held
    with open_journal(tmp_path / "j") as journal:
        one = grader(scripted, said, 3, journal)
        with pytest.raises(KeyboardInterrupt):
            graded(one, [grade("2" * 40), grade("1" * 40), grade("3" * 40)], 2)
        for key in (one._key(grade(commit)) for commit in ("1" * 40, "3" * 40)):  # noqa: SLF001 - the journal's own
            assert (journal.verdict(key), journal.lost(key)) == (None, 0)
    asked = [request.submitted.origin.commit for request in scripted.asked]
    assert len(set(asked)) == len(asked), "none was tried again"
    assert not said


ORDER = Order("r", ("main",), ("tiny",), stack="local")


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"strangers": True}, "containers alone"),
        ({"jobs": 0}, "--jobs is 1 to"),
        ({"jobs": 1000}, "--jobs is 1 to"),
        ({"candidate": "  "}, "--candidate needs a name"),
        ({"candidate": "Ada", "refs": ("a", "b")}, "one --ref"),
    ],
)
def test_options_that_make_no_sense_are_refused(changes: dict[str, Any], told: str) -> None:
    """Before anything is opened or graded."""
    refuse(ORDER)
    with pytest.raises(UsageError, match=told):
        refuse(replace(ORDER, **changes))


def test_katas_are_named_or_all_are_meant(tiny_catalog: Catalog) -> None:
    """Named ones are taken once each, `--all` means the tasks; neither, both and unknown ones are refused."""
    assert katas_of(tiny_catalog, replace(ORDER, katas=("tiny", "tiny"))) == ["tiny"]
    assert katas_of(tiny_catalog, replace(ORDER, katas=(), every=True)) == ["tiny"]
    for changes in ({"katas": ()}, {"every": True}, {"katas": ("gone",)}):
        with pytest.raises(UsageError):
            katas_of(tiny_catalog, replace(ORDER, **changes))


def test_a_suite_is_named_by_what_it_holds(tiny_catalog: Catalog, tmp_path: Path) -> None:
    """The digest changes with the suite and with the description, and not with what running it leaves behind."""
    own = Path(shutil.copytree(tiny_catalog.place("tiny").kata.parent, tmp_path / "katas"))
    tiny_catalog.own = own
    found = [digest_of_suite(tiny_catalog, "tiny")]
    (own / "tiny/suite/__pycache__").mkdir(exist_ok=True)
    (own / "tiny/suite/__pycache__/x.pyc").write_bytes(b"x")
    assert digest_of_suite(tiny_catalog, "tiny") == found[0]
    for name in ("suite/test_tiny.py", "kata.yaml"):
        with (own / "tiny" / name).open("a") as file:
            file.write("# more\n")
        found.append(digest_of_suite(tiny_catalog, "tiny"))
    assert len(set(found)) == 3


@pytest.mark.usefixtures("own")
def test_a_commit_that_is_no_service_fails(tiny_catalog: Catalog, data: Path, tmp_path: Path, said: list[str]) -> None:
    """What a commit lacks is its own doing: a fail with a cause, that names repository, commit and tree."""
    source = Path(shutil.copytree(data / "service", tmp_path / "source"))
    (source / "alembic.ini").unlink()
    for command in ("init -q -b main", "add .", "-c user.name=a -c user.email=a@b commit -q -m x"):
        subprocess.run(["git", *command.split()], cwd=source, check=True)
    (verdict,) = grade_commits(tiny_catalog, replace(ORDER, repository=str(source)), said.append, lambda _: None)
    assert (verdict.result, verdict.cause) == (Result.FAIL, "the submission has no alembic.ini")
    assert (verdict.origin.repository, verdict.origin.ref) == (str(source), "main")
    assert len(verdict.origin.commit or "") == len(verdict.origin.tree or "") == 40
    assert said == ["workbench: the local stack is for people whose code you trust"]


def test_without_an_engine_nothing_is_begun(
    tiny_catalog: Catalog, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The containers' stack never becomes another one by itself: no engine, no verdict."""
    from checker.docker import engine

    engine.client.cache_clear()
    monkeypatch.setenv("DOCKER_HOST", f"unix://{tmp_path}/no.sock")
    try:
        with pytest.raises(InfrastructureError) as caught:
            grade_commits(tiny_catalog, replace(ORDER, stack="docker"), print, lambda _: None)
    finally:
        engine.client.cache_clear()
    assert caught.value.next_step
