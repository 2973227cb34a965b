"""What is hidden stays hidden: a random word in every corner of a suite is in nothing that a check leaves or shows."""

from __future__ import annotations

import secrets
import subprocess
import sys
import time
from typing import TYPE_CHECKING, Final

import pytest

from checker.renderers.formats import FORMATS

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.e2e.conftest import Bench, Ended

KATA: Final = "guarded"
HEALTH: Final = '{"status": "ok"}'  # what the starter answers
TOLD: Final = '{"status": "ok", "version": "1"}'  # what the promise asks for

VAULT: Final = '''"""CANARY: what no candidate may read."""

VALUE = "CANARY-value"


class CANARYError(Exception):
    """CANARY."""
'''
SUITE: Final = '''"""CANARY: checks that compare with what is in the vault."""

import json
from pathlib import Path

import pytest
from VAULT import VALUE, CANARYError

from checker.kit.expect import expect, proves

DATA = json.loads(Path(__file__).with_name("CANARY.json").read_text())


@pytest.fixture
def answer_CANARY(service):
    """Ask."""
    return service.client().client.request("GET", "/health").expect_status(200).json()


@proves("version-told")
@pytest.mark.parametrize("word", DATA, ids=["CANARY"])
def test_CANARY_is_not_told(answer_CANARY, word):
    """Refute with a sentence for the candidate alone."""
    expect("version" in answer_CANARY and word != "", expected="a version", seen=answer_CANARY)


@proves("version-told")
def test_CANARY_breaks_in_an_assertion(answer_CANARY):
    """Break, with the value in pytest's words."""
    assert answer_CANARY.get("version", "none") + "-" + VALUE == "1-" + VALUE


@proves("version-told")
def test_CANARY_breaks_by_itself(answer_CANARY):
    """Break, with an exception of the suite's own."""
    if "version" not in answer_CANARY:
        raise CANARYError(VALUE, __file__)
'''
SEARCH: Final = '''
import os
from pathlib import Path

WORD = "REVERSED"[::-1]


def hidden_places():
    """Yield where the word can be read."""
    for name, value in os.environ.items():
        yield name, f"{name}={value}".encode()
    for process in Path("/proc").glob("[0-9]*"):
        for name in ("cmdline", "environ", "mountinfo", "maps"):
            yield process / name, contents(process / name)
    for root in ("/tmp", "KATAS", ".", "/run", "/dev/shm"):
        for folder, folders, files in os.walk(root):
            yield folder, " ".join([folder, *folders, *files]).encode(errors="replace")
            for name in files:
                yield Path(folder, name), contents(Path(folder, name))


def contents(path):
    """Return what is in a file, if it is this process's to read."""
    try:
        with open(path, "rb") as file:
            return file.read(1_000_000)
    except OSError:
        return b""


FOUND = [str(place) for place, text in hidden_places() if WORD.encode() in text]
print("searched", len(FOUND), flush=True)
if FOUND:
    raise SystemExit(f"found {FOUND}"[:400])
'''


@pytest.fixture
def canary() -> str:
    """Return a word that is nowhere else."""
    return f"canary{secrets.token_hex(8)}"


@pytest.fixture
def planted(bench: Bench, canary: str) -> Path:
    """Return the folder of a kata of one's own with the word all over its suite."""
    katas = bench.root / "katas"
    katas.mkdir()
    bench.environ["WORKBENCH_KATAS"] = str(katas)
    assert bench.run("dev", "new", KATA, "--in", katas).status == 0
    suite = katas / KATA / "suite"
    (suite / f"{canary}.json").write_text(f'["{canary}"]')
    (suite / f"vault_{canary}.py").write_text(VAULT.replace("CANARY", canary))
    (suite / "conftest.py").write_text(f"import sys\n\nsys.path.insert(0, {str(suite)!r})\n")
    text = SUITE.replace("VAULT", f"vault_{canary}").replace("CANARY", canary)
    (suite / f"test_{canary}.py").write_text(text)
    return katas / KATA


def grade(bench: Bench, submission: Path) -> Ended:
    """Grade with a report of every format, as a program does and as CI does."""
    wanted = [option for name in FORMATS for option in ("--report", f"{name}={bench.root / f'report.{name}'}")]
    return bench.run("check", KATA, "--path", submission, *wanted, environ={"GITHUB_ACTIONS": "true"})


def traces(bench: Bench, ended: Ended, word: str, since: float) -> Iterator[str]:
    """Yield where a word is told: on a stream, in a report, in the records, in what else was left anywhere of ours."""
    for name, text in (("stdout", ended.stdout), ("stderr", ended.stderr)):
        if word in text:
            yield name
    cache = bench.environ["XDG_CACHE_HOME"]
    for root in (bench.root, type(bench.root)(cache)):
        for path in root.rglob("*"):
            ours = not path.is_relative_to(bench.root / "katas") and not path.is_symlink()
            if ours and path.is_file() and path.stat().st_mtime >= since and word.encode() in path.read_bytes():
                yield str(path)


@pytest.mark.usefixtures("namespaces")
def test_a_submission_that_passes_has_not_read_it(bench: Bench, planted: Path, canary: str) -> None:
    """It looks through its environment, its processes and every folder it can enter, and finds nothing."""
    since = time.time()
    search = SEARCH.replace("REVERSED", canary[::-1]).replace("KATAS", str(planted.parent))
    outside = subprocess.run(
        [sys.executable, "-c", search.replace('"/tmp", ', "")],
        capture_output=True,
        text=True,
        check=False,
        cwd=planted,
        timeout=180,
    )
    assert f"test_{canary}.py" in outside.stderr
    submission = bench.submission({"app/search.py": search})
    main = submission / "app" / "main.py"
    main.write_text("import app.search  # noqa: F401\n" + main.read_text().replace(HEALTH, TOLD))
    ended = grade(bench, submission)
    assert (ended.status, ended.stderr) == (0, ""), ended.stdout
    assert list(traces(bench, ended, canary, since)) == []
    assert sorted(path.name for path in bench.root.glob("report.*")) == sorted(f"report.{name}" for name in FORMATS)


def test_a_submission_that_fails_is_not_told_it(bench: Bench, planted: Path, canary: str) -> None:
    """Neither by a check that refutes nor by one that breaks, in an assertion or with an exception of the suite's."""
    since = time.time()
    ended = grade(bench, bench.submission())
    assert (ended.status, ended.stderr) == (1, ""), ended.stdout
    assert "expected  a version" in ended.stdout
    assert "what a check cannot read (AssertionError)" in ended.stdout
    assert list(traces(bench, ended, canary, since)) == []
    assert planted.is_dir()


@pytest.mark.parametrize(
    "broken", ["raise RuntimeError('CANARY')\n", "import os\nprint('CANARY', flush=True)\nos._exit(5)\n"]
)
def test_a_suite_that_breaks_does_not_tell_it(bench: Bench, planted: Path, canary: str, broken: str) -> None:
    """What the suite's process writes on its way out is for those who write suites."""
    since = time.time()
    (planted / "suite" / f"test_{canary}_too.py").write_text(broken.replace("CANARY", canary))
    ended = grade(bench, bench.submission())
    assert (ended.status, ended.stderr) == (3, ""), ended.stdout
    assert "the suite exited with status" in ended.stdout
    assert list(traces(bench, ended, canary, since)) == []


def test_a_trace_would_be_found(bench: Bench, planted: Path, canary: str) -> None:
    """A suite that tells the word in its sentence is caught on stdout, in each report, and nowhere in the katas."""
    since = time.time()
    for path in (planted / "suite").glob("*.py"):
        path.unlink()
    telling = (
        "from checker.kit.expect import expect, proves\n\n\n@proves('version-told')\ndef test_it(service):\n"
        f"    expect(False, expected='{canary}', seen='nothing')\n"
    )
    (planted / "suite" / "test_it.py").write_text(telling)
    ended = grade(bench, bench.submission())
    reports = [str(bench.root / f"report.{name}") for name in FORMATS]
    assert sorted(traces(bench, ended, canary, since)) == sorted(["stdout", *reports])
