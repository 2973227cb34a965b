"""The wheel: exactly the files it should hold, and an installation of it that grades, far from any checkout."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING, Final

import pytest

from checker.environment import uv_program

if TYPE_CHECKING:
    from collections.abc import Iterator

REPOSITORY: Final = Path(__file__).parents[1]
CONSTRAINTS: Final = REPOSITORY / "constraints.txt"
SECONDS: Final = 300.0  # with a cold cache every dependency is downloaded

# Where a tracked file stands in the wheel, by the first prefix that fits; what fits none is not in it.
MAPPED: Final = {
    "cli.py": "cli.py",
    "checker/": "checker/",
    "quiz/": "quiz/",
    "records/": "records/",
    "questions.yaml": "checker/_content/questions.yaml",
    "katas/ruff.toml": None,
    "katas/": "checker/_content/katas/",
    "reference/service/": "checker/_content/reference/service/",
    "reference/solutions/": "checker/_content/reference/solutions/",
}
# What the candidate's edition leaves out of these.
WITHHELD: Final = (
    "checker/alternatives/",
    "checker/handout/",
    "checker/kit/",
    "checker/suites/",
    "checker/template/",
    "checker/variants/",
    "reference/solutions/",
    "questions.yaml",
)
METADATA: Final = ("METADATA", "WHEEL", "RECORD", "entry_points.txt", "licenses/LICENSE")

# Files that the rule above must not lose sight of: those that a build would drop most easily.
NAMED: Final = {
    "cli.py",
    "checker/_content/katas/task2/kata.yaml",
    "checker/_content/katas/task2/tests/test_retry_examples.py",
    "checker/_content/reference/service/.env.example",
    "checker/_content/reference/service/.gitignore",
    "checker/_content/reference/service/alembic/script.py.mako",
    "checker/_content/reference/service/pyproject.toml",
    "checker/_content/reference/solutions/task2/app/sqs_client.py",
    "checker/kit/drivers/sqs_steps.py",
    "checker/kit/suite.ini",
    "checker/suites/task2/test_backoff.py",
    "checker/variants/task2.yaml",
    "checker/_content/questions.yaml",
    "quiz/report/templates/report.css",
    "quiz/report/templates/report.html.j2",
    "quiz/screen/quiz.tcss",
    "records/migrations/script.py.mako",
    "records/migrations/versions/r0001_interviews.py",
}
BYPRODUCTS: Final = (
    "checker/__pycache__/check.cpython-311.pyc",
    "checker/suites/task2/.pytest_cache/README.md",
    "katas/task2/tests/__pycache__/test_retry_examples.cpython-311.pyc",
    "reference/service/.env",
    "reference/service/.venv/pyvenv.cfg",
    "reference/solutions/task2/app/main.pyc",
)


def run(*argv: str | Path, cwd: Path, **added: str) -> subprocess.CompletedProcess[str]:
    """Run a program to its end; only what it needs of the environment is passed on."""
    kept = {name: value for name, value in os.environ.items() if name not in {"PYTHONPATH", "VIRTUAL_ENV"}}
    environ = {**kept, **added}
    argv_text = [str(part) for part in argv]
    return subprocess.run(argv_text, cwd=cwd, env=environ, capture_output=True, text=True, timeout=SECONDS, check=False)


def uv(*argv: str | Path, cwd: Path, **added: str) -> str:
    """Run uv, from its cache alone where that is enough, and return what it printed."""
    for options in (["--offline"], []):
        done = run(uv_program(), *options, *argv, cwd=cwd, **added)
        if done.returncode == 0:
            break
    assert done.returncode == 0, f"uv {argv[0]}: {done.stderr}"
    return done.stdout


def source_files() -> list[str]:
    """Return what git tracks, or would."""
    done = run("git", "ls-files", "-z", "--cached", "--others", "--exclude-standard", cwd=REPOSITORY)
    assert done.returncode == 0, done.stderr
    return [name for name in done.stdout.split("\0") if name and (REPOSITORY / name).is_file()]


def mapped(name: str) -> str | None:
    """Return where the wheel holds a file of the repository; None where it does not."""
    for prefix, target in MAPPED.items():
        if name.startswith(prefix):
            return None if target is None else target + name[len(prefix) :]
    return None


@pytest.fixture(scope="module")
def checkout(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a copy of the repository's files, with what lies about in one that has been worked in."""
    folder = tmp_path_factory.mktemp("packaging") / "checkout"
    for name in source_files():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(REPOSITORY / name, folder / name)
    for name in BYPRODUCTS:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(b"")
    return folder


@pytest.fixture(scope="module")
def built(checkout: Path) -> tuple[Path, Path]:
    """Build the source distribution, and the wheel from it; return both."""
    target = checkout.parent / "dist"
    uv("build", "--build-constraint", CONSTRAINTS, "--out-dir", target, checkout, cwd=checkout)
    (sdist,), (wheel,) = target.glob("*.tar.gz"), target.glob("*.whl")
    return sdist, wheel


@pytest.fixture(scope="module")
def for_candidates(checkout: Path) -> tuple[Path, Path]:
    """Build the candidate's edition; return its source distribution and its wheel."""
    target = checkout.parent / "candidates"
    uv(
        *("build", "--build-constraint", CONSTRAINTS, "--out-dir", target, checkout),
        cwd=checkout,
        WORKBENCH_EDITION="candidate",
    )
    (sdist,), (wheel,) = target.glob("*.tar.gz"), target.glob("*.whl")
    return sdist, wheel


@pytest.fixture(scope="module")
def installed(built: tuple[Path, Path]) -> Iterator[Path]:
    """Install the wheel into an environment of its own; return the console script."""
    yield from installation(built[1], built[1].parent.parent / "installed")


@pytest.fixture(scope="module")
def installed_for_candidates(for_candidates: tuple[Path, Path]) -> Iterator[Path]:
    """Install the candidate's edition likewise."""
    yield from installation(for_candidates[1], for_candidates[1].parent.parent / "installed-for-candidates")


def installation(wheel: Path, venv: Path) -> Iterator[Path]:
    """Install a wheel into a new environment; yield the console script, then remove it all."""
    uv("venv", "--python", sys.executable, venv, cwd=venv.parent)
    uv("pip", "install", "--python", venv / "bin" / "python", "--constraint", CONSTRAINTS, wheel, cwd=venv.parent)
    yield venv / "bin" / "workbench"
    shutil.rmtree(venv)


def content_of(wheel: Path) -> set[str]:
    """Return the names of a wheel's files; what describes the wheel itself is there and left out."""
    found = set(zipfile.ZipFile(wheel).namelist())
    info = {f"{next(name for name in found if name.endswith('/RECORD')).partition('/')[0]}/{name}" for name in METADATA}
    assert info <= found
    return found - info


def test_the_wheel_holds_exactly_what_it_should(checkout: Path, built: tuple[Path, Path]) -> None:
    """Every file of the mapping is in the wheel and nothing else is: no tests of ours, no docs, no by-products."""
    expected = {target for name in source_files() if (checkout / name).is_file() and (target := mapped(name))}
    assert content_of(built[1]) == expected
    assert not NAMED - expected


def test_the_candidates_wheel_holds_no_answers(checkout: Path, for_candidates: tuple[Path, Path]) -> None:
    """It is the wheel less suites, solutions, variants, alternatives and questions; no other file has their text."""
    sources = [name for name in source_files() if (checkout / name).is_file() and mapped(name)]
    kept = [name for name in sources if not name.startswith(WITHHELD)]
    assert content_of(for_candidates[1]) == {mapped(name) for name in kept}
    shared = {(checkout / name).read_bytes() for name in sources if name.startswith("reference/service/")}
    secrets = {(checkout / name).read_bytes() for name in sources if name.startswith(WITHHELD)} - shared
    archive = zipfile.ZipFile(for_candidates[1])
    assert not {name for name in archive.namelist() if (text := archive.read(name)) and text in secrets}


def test_the_candidates_source_distribution_holds_no_answers_either(for_candidates: tuple[Path, Path]) -> None:
    """What a wheel for candidates was built from can be handed out beside it."""
    with tarfile.open(for_candidates[0]) as archive:
        names = {name.partition("/")[2] for name in archive.getnames()}
    assert "katas/task2/README.md" in names
    assert not {name for name in names if name.startswith(WITHHELD)}


def test_an_edition_that_there_is_not_is_refused(checkout: Path) -> None:
    """A misspelt edition builds nothing, so that no whole wheel is taken for a candidate's."""
    target = checkout.parent / "misspelt"
    argv = ("build", "--offline", "--wheel", "--build-constraint", CONSTRAINTS, "--out-dir", target, checkout)
    done = run(uv_program(), *argv, cwd=checkout, WORKBENCH_EDITION="candidates")
    assert done.returncode != 0
    assert "neither 'full' nor 'candidate'" in done.stderr
    assert not list(target.glob("*.whl"))


def test_a_wheel_built_directly_is_the_same(checkout: Path, built: tuple[Path, Path]) -> None:
    """Without the source distribution in between, what lies about in a checkout does not get in either."""
    target = checkout.parent / "direct"
    uv("build", "--wheel", "--build-constraint", CONSTRAINTS, "--out-dir", target, checkout, cwd=checkout)
    (wheel,) = target.glob("*.whl")
    assert sorted(zipfile.ZipFile(wheel).namelist()) == sorted(zipfile.ZipFile(built[1]).namelist())


def test_the_source_distribution_holds_what_the_wheel_is_made_of(built: tuple[Path, Path]) -> None:
    """It holds the sources, the licence and the README; no tests, docs or measurements."""
    with tarfile.open(built[0]) as archive:
        tops = {name.split("/")[1] for name in archive.getnames()}
    wanted = {"cli.py", "checker", "quiz", "records", "questions.yaml", "katas", "reference"}
    wanted |= {"LICENSE", "README.md", "pyproject.toml", "hatch_build.py"}
    assert tops == wanted | {"PKG-INFO", ".gitignore"}


def test_an_editable_installation_copies_nothing(checkout: Path) -> None:
    """Content is read from the checkout alone, so that no stale copy of it can lie beside."""
    venv = checkout.parent / "editable"
    uv("venv", "--python", sys.executable, venv, cwd=venv.parent)
    uv("pip", "install", "--python", venv / "bin" / "python", "--no-deps", "--editable", checkout, cwd=venv.parent)
    (site,) = venv.glob("lib/python*/site-packages")
    assert not (site / "checker").exists()
    assert not (site / "cli.py").exists()


def test_every_dependency_is_pinned(installed: Path) -> None:
    """What an installation of the wheel brings with it stands in constraints.txt, with its version."""
    frozen = uv("pip", "freeze", "--python", installed.parent / "python", cwd=installed.parent).splitlines()
    pins = {line.lower().replace("_", "-") for line in CONSTRAINTS.read_text(encoding="utf-8").splitlines()}
    assert frozen
    assert not {line for line in frozen if line.lower().replace("_", "-") not in pins and " @ file:" not in line}


def test_the_installed_wheel_starts_and_grades(installed: Path, tmp_path: Path) -> None:
    """Far from any checkout, `list` and `start` know the kata, and its model solution passes."""
    listed = run(installed, "list", cwd=tmp_path)
    assert any(line.startswith("task2 ") for line in listed.stdout.splitlines()), listed.stderr
    started = run(installed, "start", "task2", cwd=tmp_path)
    assert started.returncode == 0, started.stderr
    assert (tmp_path / "task2" / "app" / "sqs_client.py").is_file()
    checked = run(installed, "check", "task2", "--model", "--format", "json", cwd=tmp_path)
    verdict = json.loads(checked.stdout)
    assert (checked.returncode, verdict["verdict"], verdict["score"]) == (0, "pass", 100), checked.stdout


def test_the_candidates_edition_runs_the_visible_tests_alone(installed_for_candidates: Path, tmp_path: Path) -> None:
    """It starts katas and runs their visible tests; no requirement is checked, and nothing it says is a pass."""
    workbench = installed_for_candidates
    started = run(workbench, "start", "task2", cwd=tmp_path)
    assert started.returncode == 0, started.stderr
    checked = run(workbench, "check", "--format", "json", cwd=tmp_path / "task2")
    verdict = json.loads(checked.stdout)
    assert (checked.returncode, verdict["verdict"]) == (1, "fail"), checked.stderr
    assert {one["status"] for one in verdict["requirements"]} == {"not-run"}
    assert verdict["cause"].startswith("the candidate's edition runs the visible tests alone, and they do not pass")


@pytest.mark.parametrize("command", ["solution", "quiz", "practice", "report", "dev", "grade", "kit"])
def test_the_candidates_edition_says_what_it_has_not(
    installed_for_candidates: Path, command: str, tmp_path: Path
) -> None:
    """One line and exit status 2, whatever else is on the command line."""
    done = run(installed_for_candidates, command, "--help" if command == "dev" else "task2", cwd=tmp_path)
    assert (done.returncode, done.stdout) == (2, "")
    (line,) = done.stderr.splitlines()
    assert line.startswith("workbench: this is the candidate's edition, which has no ")
