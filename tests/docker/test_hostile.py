"""Submissions that want a pass, the tests, the machine or somebody else's run: `tests/hostile/`, in containers.

A case is a folder: the files that differ from its base, and `expected.yaml`. After each case nothing of its run is
left, no packet has reached this machine, nothing here was changed, no word of the tests was told, and an honest
submission that is graded meanwhile has passed. Skipped where no engine answers, unless `WORKBENCH_TEST_DOCKER=1`.
"""

from __future__ import annotations

import contextlib
import json
import os
import secrets
import select
import shutil
import socket
import subprocess
import tempfile
import threading
import time
from collections import Counter
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Literal

import pytest
import yaml
from pydantic import BaseModel, ConfigDict

from checker.catalog import Catalog
from checker.check import Check, Request
from checker.docker.containers import LABEL, LEASE
from checker.docker.engine import client
from checker.docker.image import find_image
from checker.errors import InfrastructureError, SubmissionError, UsageError
from checker.renderers.formats import FORMATS
from checker.repository.opening import open_repository

if TYPE_CHECKING:
    from collections.abc import Iterator

    from checker.submission import Source
    from checker.verdict import Verdict

REPOSITORY: Final = Path(__file__).parents[2]
HOSTILE: Final = REPOSITORY / "tests" / "hostile"
STARTER: Final = REPOSITORY / "reference" / "service"
KATA: Final = "marked"
GONE_SECONDS: Final = 5.0  # within which nothing of a run may be left
SPRING: Final = "\nfrom app import trick  # noqa: E402\n\ntrick.spring(app)\n"
OURS: Final = {"expected.yaml", "repository.sh"}
REQUIREMENTS: Final = ("stored", "queued", "read", "marked", "completed")
GIT_ENVIRONMENT: Final = {
    "GIT_CONFIG_NOSYSTEM": "1",
    "GIT_CONFIG_GLOBAL": "/dev/null",
    "HOME": "/nonexistent",
    **{f"GIT_{who}_{what}": "tests@localhost" for who in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")},
}


class Expected(BaseModel):
    """What a case's `expected.yaml` holds.

    `failing` are the requirements that do not pass (left out where that may differ), `cause` and `says` are part of
    the verdict's cause and of a requirement's message. At the level `ingest` a commit is read and nothing is run.
    """

    model_config = ConfigDict(extra="forbid")

    why: str
    base: Literal["starter", "honest"]
    level: Literal["grade", "ingest"] = "grade"
    verdict: Literal["pass", "fail", "error", "refused"]
    failing: list[str] | None = None
    cause: str = ""
    says: str = ""
    ref: str = "HEAD"


@dataclass(frozen=True)
class Case:
    """A submission, and what is to become of it."""

    folder: Path
    expected: Expected


def read_cases() -> list[Case]:
    """Return every case."""
    found = sorted(HOSTILE.glob("*/expected.yaml"))
    return [Case(path.parent, Expected(**yaml.safe_load(path.read_text(encoding="utf-8")))) for path in found]


CASES: Final = read_cases()


class Honeypots:
    """Listeners on every address of this machine, over TCP and UDP; `caught` tells who came."""

    def __init__(self) -> None:
        self.caught: list[str] = []
        self._tcp, self._udp = listener(socket.SOCK_STREAM), listener(socket.SOCK_DGRAM)
        self._tcp.listen()
        self.tcp: int = self._tcp.getsockname()[1]
        self.udp: int = self._udp.getsockname()[1]
        self._end, self._ends = socket.socketpair()
        self._thread = threading.Thread(target=self._serve)
        self._thread.start()

    def _serve(self) -> None:
        while True:
            ready = select.select([self._tcp, self._udp, self._end], [], [])[0]
            if self._end in ready:
                return
            if self._tcp in ready:
                connection, sender = self._tcp.accept()
                connection.close()
                self.caught.append(f"tcp from {sender[0]}")
            if self._udp in ready:
                self.caught.append(f"udp from {self._udp.recvfrom(1024)[1][0]}")

    def close(self) -> None:
        """Listen no more."""
        self._ends.close()
        self._thread.join()
        for one in (self._tcp, self._udp, self._end):
            one.close()


def listener(kind: socket.SocketKind) -> socket.socket:
    """Return a socket on every address of this machine, of either version."""
    found = socket.socket(socket.AF_INET6, kind)
    found.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 0)
    found.bind(("::", 0))
    return found


def own_addresses() -> list[str]:
    """Return this machine's addresses, those of the engine's bridges among them."""
    told = subprocess.run(["ip", "-j", "address"], capture_output=True, check=True).stdout
    return [
        one["local"] for interface in json.loads(told) for one in interface["addr_info"] if one["scope"] == "global"
    ]


@dataclass
class Ended:
    """How a case ended, and everything that had to be looked at right then."""

    verdict: Verdict | None
    refusal: str
    began: float
    ended: float
    left: list[str]
    caught: list[str]
    told: list[str]


@dataclass
class Ground:
    """A folder of this test's own with a copy of the kata, in which a word stands that nobody may ever be told."""

    root: Path
    canary: str
    honeypots: Honeypots
    over: threading.Event = field(default_factory=threading.Event)
    neighbours: list[tuple[float, float, str]] = field(default_factory=list)
    news: threading.Condition = field(default_factory=threading.Condition)

    @cached_property
    def check(self) -> Check:
        """How cases and neighbours are graded."""
        return Check(Catalog(own=self.root / "katas"), stack="docker")

    def plant(self) -> None:
        """Write the kata."""
        for path in sorted((HOSTILE / "kata").rglob("*")):
            if path.is_file() and path.suffix != ".pyc":
                target = self.root / "katas" / path.relative_to(HOSTILE / "kata")
                target.parent.mkdir(parents=True, exist_ok=True)
                target.write_text(path.read_text(encoding="utf-8").replace("CANARY", self.canary), encoding="utf-8")
        suite = self.root / "katas" / KATA / "suite"
        (suite / f"{self.canary}.txt").write_text(self.canary)
        solved = self.root / "katas" / KATA / "solution" / "app" / "main.py"
        solved.parent.mkdir(parents=True)
        main = (STARTER / "app" / "main.py").read_text(encoding="utf-8")
        mark = (self.root / "katas" / KATA / "mark.py").read_text(encoding="utf-8")
        solved.write_text(
            main.replace("import logging\n", "import hashlib\nimport logging\n", 1) + mark, encoding="utf-8"
        )

    def submission(self, case: Case) -> Path:
        """Write a case's files over its base's."""
        target = self.root / "submissions" / case.folder.name
        self.base(case.expected.base, target)
        (target / "app" / "telling.py").write_bytes((HOSTILE / "telling.py").read_bytes())
        for path in sorted(case.folder.rglob("*")):
            if path.is_file() and path.name not in OURS and path.suffix != ".pyc":
                file = target / path.relative_to(case.folder)
                file.parent.mkdir(parents=True, exist_ok=True)
                file.write_bytes(self.filled(path.read_bytes()))
        if (target / "app" / "trick.py").is_file():
            main = target / "app" / "main.py"
            main.write_text(main.read_text(encoding="utf-8") + SPRING, encoding="utf-8")
        return target

    def base(self, name: str, target: Path) -> Path:
        """Write the starter, or the service that does what the kata asks for."""
        for layer in self.check.catalog.layers(KATA, solved=name == "honest"):
            shutil.copytree(layer, target, dirs_exist_ok=True, ignore=shutil.ignore_patterns("__pycache__", ".*_cache"))
        return target

    def filled(self, text: bytes) -> bytes:
        """Put in what a case can only know here."""
        words = {
            "@ROOT@": str(self.root),
            "@YRANAC@": self.canary[::-1],
            "@HOSTS@": json.dumps(own_addresses()),
            "@TCP@": str(self.honeypots.tcp),
            "@UDP@": str(self.honeypots.udp),
        }
        for mark, word in words.items():
            text = text.replace(mark.encode(), word.encode())
        return text

    def repository(self, case: Case) -> Path:
        """Commit a case, and let it do to its repository what it likes."""
        folder = self.submission(case)
        script = self.filled((case.folder / "repository.sh").read_bytes())
        begin = b"git init -q -b main\ngit add -Af\ngit commit -qm service\n"
        environ = {"PATH": os.environ["PATH"], **GIT_ENVIRONMENT}
        subprocess.run(["sh", "-c", begin + script], cwd=folder, env=environ, check=True)
        return folder

    def run(self, case: Case) -> Ended:
        """Grade a case, and look around afterwards."""
        before, began = set(self.root.iterdir()), time.monotonic()
        verdict, refusal, folder = None, "", ""
        if case.expected.level == "ingest":
            refusal = self.ingest(case)
        else:
            verdict, folder = self.grade(self.submission(case))
        ended = time.monotonic()
        told = [name for name, render in FORMATS.items() if verdict and self.canary in render([verdict])]
        if verdict and self.canary in verdict.log:
            told.append("log")
        left = [*leftovers(folder), *self.new(before)]
        return Ended(verdict, refusal, began, ended, left, list(self.honeypots.caught), told)

    def new(self, before: set[Path]) -> list[str]:
        """Return what came to the test's folder and stayed; the neighbour has things there for a moment."""
        before.add(self.root / "submissions")
        deadline = time.monotonic() + GONE_SECONDS
        while (found := set(self.root.iterdir()) - before) and time.monotonic() < deadline:
            time.sleep(0.05)
        return [str(path) for path in found]

    def grade(self, source: Path) -> tuple[Verdict, str]:
        """Return the verdict and the folder of its run."""
        request = Request(KATA, source)
        with self.check.prepare(request) as prepared:
            return self.check.verdict(request, prepared), str(prepared.folder)

    def ingest(self, case: Case) -> str:
        """Read a commit as `grade` does; return why it was refused, or nothing."""
        place = self.repository(case)
        try:
            with open_repository(str(place)) as repository:
                ref = self.filled(case.expected.ref.encode()).decode()
                source: Source = repository.commit(ref)
                source.freeze(self.root / "submissions" / f"{case.folder.name}-frozen")
        except SubmissionError as error:
            return f"fail: {error.message}"
        except UsageError as error:
            return f"refused: {error.message}"
        return "pass: "

    def be_neighbour(self) -> None:
        """Grade an honest submission again and again, as long as there are cases."""
        source = self.base("honest", self.root / "submissions" / "neighbour")
        while not self.over.is_set():
            began = time.monotonic()
            verdict, _ = self.grade(source)
            with self.news:
                self.neighbours.append((began, time.monotonic(), f"{verdict.result} {verdict.cause or ''}".strip()))
                self.news.notify_all()

    def beside(self, ended: Ended) -> Counter[str]:
        """Return what became of the honest submissions that were graded while a case was."""
        with self.news:
            self.news.wait_for(lambda: self.neighbours and self.neighbours[-1][1] >= ended.ended, timeout=120)
            return Counter(said for began, end, said in self.neighbours if end > ended.began and began < ended.ended)


def leftovers(folder: str) -> list[str]:
    """Return what is there of a run that is over, once there was time for it to go."""
    deadline = time.monotonic() + GONE_SECONDS
    while (left := [*resources(folder), *processes(folder)]) and time.monotonic() < deadline:
        time.sleep(0.05)
    return left


def resources(folder: str) -> list[str]:
    """Return the containers and volumes of the runs in a folder, and the folder."""
    if not folder:
        return []
    wanted = {"label": LABEL}
    found = [*client().containers(all=True, filters=wanted), *(client().volumes(filters=wanted)["Volumes"] or ())]
    named = [str(one.get("Names") or one.get("Name")) for one in found if one["Labels"][LEASE].startswith(folder)]
    return [*named, *([folder] if Path(folder).exists() and "workbench-" in Path(folder).parent.name else [])]


def processes(folder: str) -> list[str]:
    """Return the processes that see a folder, in whatever namespace they are."""
    found = []
    for process in Path("/proc").iterdir():
        if folder and process.name.isdecimal():
            with contextlib.suppress(OSError):
                found += [process.name] if folder.encode() in (process / "mountinfo").read_bytes() else []
    return found


@pytest.fixture(scope="module")
def image() -> str:
    """Return the image, built first where it is missing."""
    try:
        return find_image()
    except InfrastructureError as error:
        if os.environ.get("WORKBENCH_TEST_DOCKER") == "1":
            pytest.fail(f"no containers: {error.message}")
        pytest.skip(f"no containers: {error.message}")


@pytest.fixture(scope="module")
def ground(image: str) -> Iterator[Ground]:  # noqa: ARG001 - it has to be there
    """Give the ground on which all cases take place; when they are over nothing is left of any of their runs."""
    root = Path(tempfile.mkdtemp(prefix="hostile-"))
    honeypots = Honeypots()
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TMPDIR", str(root))
        patch.setattr(tempfile, "tempdir", str(root))
        (root / f"workbench-{os.getuid()}").mkdir(mode=0o700)
        found = Ground(root, f"canary{secrets.token_hex(8)}", honeypots)
        try:
            found.plant()
            yield found
            assert leftovers(str(root)) == []
        finally:
            honeypots.close()
            shutil.rmtree(root, ignore_errors=True)


@pytest.fixture(scope="module")
def ends(request: pytest.FixtureRequest, ground: Ground) -> Iterator[dict[str, Future[Ended]]]:
    """Begin all cases that were chosen, one after the other, with a neighbour beside them."""
    chosen = [item.callspec.params.get("case") for item in request.session.items if hasattr(item, "callspec")]
    cases = [case for case in chosen if isinstance(case, Case)]
    with ThreadPoolExecutor(2) as pool:
        neighbour = pool.submit(ground.be_neighbour)
        futures = {case.folder.name: pool.submit(ground.run, case) for case in cases}
        try:
            yield futures
        finally:
            ground.over.set()
            for future in futures.values():
                future.cancel()
    neighbour.result()


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.folder.name)
def test_a_case_ends_as_expected(ground: Ground, ends: dict[str, Future[Ended]], case: Case) -> None:
    """The verdict is the expected one, nothing is left, nothing was told or reached, and the neighbour passes."""
    ended, expected = ends[case.folder.name].result(), case.expected
    assert (ended.left, ended.caught, ended.told) == ([], [], [])
    if ended.verdict is None:
        assert ended.refusal.startswith(f"{expected.verdict}: ")
        assert expected.cause in ended.refusal
    else:
        judge(ended.verdict, expected)
    beside = ground.beside(ended)
    assert set(beside) == {"pass"}, beside


def judge(verdict: Verdict, expected: Expected) -> None:
    """Compare a verdict with what was expected of it."""
    statuses = {one.requirement.id: str(one.status) for one in verdict.requirements}
    messages: list[Any] = json.loads(FORMATS["json"]([verdict]))["requirements"]
    shown = json.dumps([verdict.cause, verdict.detail, messages], indent=1, ensure_ascii=False)
    assert tuple(statuses) == REQUIREMENTS
    assert str(verdict.result) == expected.verdict, shown
    if expected.failing is not None:
        assert [name for name, status in statuses.items() if status != "pass"] == expected.failing, shown
        assert (verdict.cause is None) == (not expected.cause), shown
    assert expected.cause in (verdict.cause or ""), shown
    assert any(expected.says in one["message"] for one in messages), shown


def test_there_are_enough_cases() -> None:
    """Every case says why it is there, and no two are for the same reason."""
    assert len(CASES) >= 40
    assert max(Counter(case.expected.why for case in CASES).values()) == 1
