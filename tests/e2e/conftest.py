"""The console script as a user runs it, on submissions made for a test, in folders of the test's own.

Every test has a temporary folder, `bench.root`, that stands in the environment, the mounts or the command line of
whatever the workbench starts for it; so what is left behind can be told from everything else on the machine, and a
test that leaves anything fails, whatever else it proves. Environments are kept for the whole session.
"""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from contextlib import AbstractContextManager

REPOSITORY: Final = Path(__file__).parents[2]
KATAS: Final = REPOSITORY / "tests" / "e2e" / "katas"
STARTER: Final = REPOSITORY / "reference" / "service"
TRICKS: Final = REPOSITORY / "tests" / "e2e" / "tricks"
collect_ignore = ["katas", "tricks"]  # what is called a test there is none of the workbench's
WORKBENCH: Final = str(Path(sys.executable).parent / "workbench")
CHECK_SECONDS: Final = 90.0  # a check takes 2 s; this is for a machine with much else to do
GONE_SECONDS: Final = 2.0  # within which nothing of a run may be left
BYPRODUCTS: Final = shutil.ignore_patterns("__pycache__", ".*_cache", ".venv")


@dataclass(frozen=True)
class Ended:
    """How a call of the workbench ended."""

    status: int
    stdout: str
    stderr: str
    seconds: float

    @property
    def verdict(self) -> dict[str, Any]:
        """The one JSON object on stdout, which holds nothing else."""
        verdict: dict[str, Any] = json.loads(self.stdout)
        return verdict

    @property
    def statuses(self) -> dict[str, str]:
        """Each requirement's status."""
        return {one["id"]: one["status"] for one in self.verdict["requirements"]}


@dataclass
class Bench:
    """A place to run the workbench in."""

    root: Path
    environ: dict[str, str]
    started: list[subprocess.Popen[str]] = field(default_factory=list)

    @property
    def runs(self) -> Path:
        """The folder of the runs."""
        return self.root / f"workbench-{os.getuid()}"

    def submission(self, files: Mapping[str, str] | None = None, *, name: str = "submission") -> Path:
        """Write the starter, some of its files changed: a text that begins with `+` is added to what is there."""
        folder = self.root / name
        shutil.copytree(STARTER, folder, ignore=BYPRODUCTS)
        for path, text in (files or {}).items():
            file = folder / path
            file.parent.mkdir(parents=True, exist_ok=True)
            before = file.read_text(encoding="utf-8") if text.startswith("+") and file.is_file() else ""
            file.write_text(before + text.removeprefix("+"), encoding="utf-8")
        return folder

    def tricky(self, trick: str) -> Path:
        """Write the starter with the files of a trick laid over it, and `app/trick.py` sprung where there is one."""
        places = {"@ROOT@": str(self.root), "@WORKBENCH@": str(REPOSITORY)}
        files = {}
        for path in sorted((TRICKS / trick).rglob("*")):
            if path.is_file():
                text = path.read_text(encoding="utf-8")
                for mark, place in places.items():
                    text = text.replace(mark, place)
                files[str(path.relative_to(TRICKS / trick))] = text
        if "app/trick.py" in files:
            files["app/main.py"] = "+\nfrom app import trick  # noqa: E402\n\ntrick.spring(app)\n"
        return self.submission(files, name=trick)

    def start(
        self,
        *arguments: str | Path,
        environ: Mapping[str, str] | None = None,
        prefix: Sequence[str] = (),
        cwd: Path | None = None,
    ) -> subprocess.Popen[str]:
        """Start the console script and go on."""
        process = subprocess.Popen(
            [*prefix, WORKBENCH, *map(str, arguments)],
            env={**self.environ, **(environ or {})},
            cwd=cwd or self.root,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )
        self.started.append(process)
        return process

    def run(
        self,
        *arguments: str | Path,
        environ: Mapping[str, str] | None = None,
        prefix: Sequence[str] = (),
        cwd: Path | None = None,
    ) -> Ended:
        """Run the console script to its end."""
        return self.end(self.start(*arguments, environ=environ, prefix=prefix, cwd=cwd))

    def check(self, kata: str, submission: Path, **options: Any) -> Ended:
        """Run `check` for a verdict as JSON; there never is a traceback."""
        ended = self.run("check", kata, "--path", submission, "--format", "json", **options)
        assert "Traceback" not in ended.stderr
        return ended

    def end(self, process: subprocess.Popen[str], seconds: float = CHECK_SECONDS) -> Ended:
        """Wait for the end of a call; it fails the test where that takes too long."""
        begun = time.monotonic()
        try:
            stdout, stderr = process.communicate(timeout=seconds)
        except subprocess.TimeoutExpired:
            process.kill()
            stdout, stderr = process.communicate()
            pytest.fail(f"the workbench did not end: {stdout}{stderr}")
        return Ended(process.returncode, stdout, stderr, time.monotonic() - begun)

    def processes(self) -> dict[int, str]:
        """Return the processes that have to do with this bench: their command lines, by process id."""
        return {pid: command for pid, command in every_process() if is_of(pid, command, str(self.root))}

    def wait_for_process(self, text: str, workbench: subprocess.Popen[str]) -> int:
        """Wait for a process of this bench whose command line holds `text`; return its id, as the machine has it."""
        deadline = time.monotonic() + CHECK_SECONDS
        while time.monotonic() < deadline and workbench.poll() is None:
            for pid, command in self.processes().items():
                if text in command and "bwrap" not in command:
                    return pid
            time.sleep(0.02)
        others = list(self.processes().values())
        workbench.kill()
        pytest.fail(f"no process {text!r} but {others}: {workbench.communicate()}")

    def leftovers(self) -> list[str]:
        """Return what is there of runs that are over, once there was time for it to go."""
        deadline = time.monotonic() + GONE_SECONDS
        while (left := self._leftovers()) and time.monotonic() < deadline:
            time.sleep(0.05)
        return left

    def _leftovers(self) -> list[str]:
        folders = [str(path) for path in self.runs.glob("*") if path.is_dir()]
        return [*folders, *self.processes().values()]


def every_process() -> Iterator[tuple[int, str]]:
    """Yield the id and the command line of each process of the machine but this one."""
    for folder in Path("/proc").iterdir():
        if folder.name.isdecimal() and int(folder.name) != os.getpid():
            with contextlib.suppress(OSError):
                yield int(folder.name), (folder / "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")


def is_of(pid: int, command: str, root: str) -> bool:
    """Whether a process names `root` in its command line, its environment or its mounts, or stands in it."""
    with contextlib.suppress(OSError):
        if root in command or root in str(Path(f"/proc/{pid}/cwd").readlink()):
            return True
    for name in ("environ", "mountinfo"):
        with contextlib.suppress(OSError):
            if root.encode() in Path(f"/proc/{pid}/{name}").read_bytes():
                return True
    return False


@pytest.fixture(scope="session")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the cache folder that all tests of a session share."""
    return tmp_path_factory.mktemp("cache")


@pytest.fixture(scope="session")
def open_bench(cache: Path) -> Callable[[], AbstractContextManager[Bench]]:
    """Return a way to open a bench; when it is closed nothing may be left on it."""

    @contextlib.contextmanager
    def opened() -> Iterator[Bench]:
        root = Path(tempfile.mkdtemp(prefix="e2e-"))  # its path is short, as a socket's has to be
        bench = Bench(root, environment(root, cache))
        try:
            yield bench
            assert bench.leftovers() == []
        finally:
            for process in bench.started:
                if process.poll() is None:
                    os.killpg(process.pid, signal.SIGKILL)
                process.communicate()
            shutil.rmtree(root, ignore_errors=True)

    return opened


def environment(root: Path, cache: Path) -> dict[str, str]:
    """Return this process's environment, with the workbench's folders where the tests want them."""
    own = ("XDG_", "WORKBENCH_", "COV")
    return {
        **{name: value for name, value in os.environ.items() if not name.startswith(own)},
        "TMPDIR": str(root),
        "XDG_CACHE_HOME": str(cache),
        "XDG_STATE_HOME": str(root / "state"),
        "WORKBENCH_KATAS": str(KATAS),
        "UV_CACHE_DIR": os.environ.get("UV_CACHE_DIR", str(Path.home() / ".cache" / "uv")),
    }


@pytest.fixture
def bench(open_bench: Callable[[], AbstractContextManager[Bench]]) -> Iterator[Bench]:
    """Give a bench."""
    with open_bench() as bench:
        yield bench


@pytest.fixture(scope="module")
def side_by_side(
    request: pytest.FixtureRequest, open_bench: Callable[[], AbstractContextManager[Bench]]
) -> Iterator[Callable[[Any], Ended]]:
    """Return how the call of a `case` ended; the cases of all tests that were chosen run a few at a time.

    A case has a `width`, how many of its kind may run at once, and makes its call on the bench it is given.
    """
    chosen = [item.callspec.params.get("case") for item in request.session.items if hasattr(item, "callspec")]
    cases = [case for case in chosen if case is not None and type(case).__module__ == request.module.__name__]

    def run(case: Any) -> Ended:
        with open_bench() as bench:
            ended: Ended = case.call(bench)
            return ended

    with contextlib.ExitStack() as stack:
        widths = sorted({case.width for case in cases}, reverse=True)
        pools = {width: stack.enter_context(ThreadPoolExecutor(width)) for width in widths}
        futures = {case.name: pools[case.width].submit(run, case) for case in cases}
        yield lambda case: futures[case.name].result()
