"""Environments: what their key depends on, whose doing a failed installation is, and that each is made once, whole."""

from __future__ import annotations

import json
import subprocess
import sys
import zipfile
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from checker import environment
from checker.environment import MARK, find_environment, key, refusal
from checker.errors import InfrastructureError, SubmissionError
from checker.submission import Submission

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.conftest import Own

REQUIREMENTS = "--no-index\n--find-links wheels\ntiny==1.0\n"
FIND = """
import json, sys
from pathlib import Path
from checker.environment import find_environment
from checker.submission import Submission
told = []
found = find_environment(Submission(Path(sys.argv[1]), "", None, "a tree", 0), told.append)
print(json.dumps([str(found), len(told)]))
"""


def write_wheel(folder: Path, version: str = "1.0") -> None:
    """Write a wheel of `tiny`, which holds one module of one line."""
    folder.mkdir(exist_ok=True)
    info = f"tiny-{version}.dist-info"
    files = {
        "tiny.py": f"VERSION = {version!r}\n",
        f"{info}/METADATA": f"Metadata-Version: 2.1\nName: tiny\nVersion: {version}\n",
        f"{info}/WHEEL": "Wheel-Version: 1.0\nGenerator: hand\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
    }
    with zipfile.ZipFile(folder / f"tiny-{version}-py3-none-any.whl", "w") as wheel:
        for name, text in files.items():
            wheel.writestr(name, text)
        wheel.writestr(f"{info}/RECORD", "".join(f"{name},,\n" for name in [*files, f"{info}/RECORD"]))


@pytest.fixture(scope="session")
def installer_cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder in which uv remembers what it knows of the interpreter, which takes a while to find out."""
    return tmp_path_factory.mktemp("uv")


@pytest.fixture
def submission(tmp_path: Path, installer_cache: Path, monkeypatch: pytest.MonkeyPatch) -> Submission:
    """Return a submission that needs one package, which its own folder holds."""
    monkeypatch.setenv("UV_CACHE_DIR", str(installer_cache))
    folder = tmp_path / "submission"
    folder.mkdir()
    write_wheel(folder / "wheels")
    (folder / "requirements.txt").write_text(REQUIREMENTS)
    return Submission(folder, str(folder), None, "a tree", 0)


def ignore(_line: str) -> None:
    """Take a line of progress."""


def test_the_environment_holds_what_is_required(submission: Submission, own: Own) -> None:
    """A real build makes a working interpreter with the package in it, marked, under the cache."""
    lines: list[str] = []
    found = find_environment(submission, lines.append)
    code = "import tiny, sys; print(tiny.VERSION, sys.prefix)"
    done = subprocess.run([found / "bin" / "python", "-I", "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["1.0", str(found)]
    assert found.is_relative_to(own.cache)
    assert (found / MARK).is_file()
    assert any("tiny==1.0" in line for line in lines)


@pytest.mark.usefixtures("own")
def test_the_second_time_builds_nothing(submission: Submission) -> None:
    """An environment that is there is found without a word from uv."""
    first = find_environment(submission, ignore)
    mark = (first / MARK).stat().st_mtime_ns
    lines: list[str] = []
    assert find_environment(submission, lines.append) == first
    assert lines == []
    assert (first / MARK).stat().st_mtime_ns == mark


def test_what_does_not_resolve_leaves_nothing(submission: Submission, own: Own) -> None:
    """A requirement that cannot be met is the submission's doing, told in uv's words; no environment stays."""
    (submission.folder / "requirements.txt").write_text("--no-index\n--find-links wheels\ntiny==2.0\n")
    with pytest.raises(SubmissionError, match=r"requirements\.txt does not install") as caught:
        find_environment(submission, ignore)
    assert "tiny==2.0" in caught.value.log
    assert [path for path in (own.cache / "workbench" / "environments").iterdir() if path.is_dir()] == []


@pytest.mark.usefixtures("own")
def test_a_build_that_was_cut_off_is_made_again(submission: Submission) -> None:
    """A folder without the mark is no environment, whatever it holds."""
    first = find_environment(submission, ignore)
    (first / MARK).unlink()
    (first / "bin" / "python").unlink()
    (first / "left behind").touch()
    lines: list[str] = []
    assert find_environment(submission, lines.append) == first
    assert lines
    assert (first / "bin" / "python").exists()
    assert not (first / "left behind").exists()


def test_an_interrupted_build_leaves_nothing(submission: Submission, own: Own) -> None:
    """Ctrl-C during an installation ends uv and removes what it had made."""

    def interrupt(_line: str) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        find_environment(submission, interrupt)
    assert [path for path in (own.cache / "workbench" / "environments").iterdir() if path.is_dir()] == []


@pytest.mark.usefixtures("own")
def test_two_processes_at_once_build_once(submission: Submission) -> None:
    """Of two checks that start together one makes the environment, and the other waits and uses it."""
    command = [sys.executable, "-c", FIND, str(submission.folder)]
    both = [subprocess.Popen(command, stdout=subprocess.PIPE, text=True) for _ in range(2)]
    answers = [json.loads(process.communicate(timeout=30)[0]) for process in both]
    assert answers[0][0] == answers[1][0]
    assert sorted(count > 0 for _, count in answers) == [False, True]


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("uv.toml", '[pip]\ntarget = "TARGET"\n'),
        ("pyproject.toml", '[project]\nname = "x"\nversion = "1"\n[tool.uv.pip]\ntarget = "TARGET"\n'),
        ("pyproject.toml", "this is no TOML"),
    ],
)
def test_settings_of_the_submission_are_not_read(submission: Submission, own: Own, name: str, text: str) -> None:
    """What uv does is told by `requirements.txt` alone: no settings send packages elsewhere or change a version."""
    elsewhere = own.temporary / "elsewhere"
    (submission.folder / name).write_text(text.replace("TARGET", str(elsewhere)))
    found = find_environment(submission, ignore)
    assert list(found.glob("lib/python*/site-packages/tiny.py"))
    assert not elsewhere.exists()


def test_a_cache_that_cannot_be_made_is_our_trouble(
    submission: Submission, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where the cache's place is no folder the error says so and how to name another one."""
    (tmp_path / "file").touch()
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "file" / "cache"))
    with pytest.raises(InfrastructureError, match="cannot write") as caught:
        find_environment(submission, ignore)
    assert "XDG_CACHE_HOME" in str(caught.value.next_step)


def test_an_installation_that_hangs_is_ended(submission: Submission, own: Own, monkeypatch: pytest.MonkeyPatch) -> None:
    """An installer is killed when its time is over, which is said as what it is; nothing stays."""
    monkeypatch.setattr(environment, "INSTALL_SECONDS", 0.3)
    sleeper = own.temporary / "sleeper"
    sleeper.write_text("#!/bin/sh\nsleep 60\n")
    sleeper.chmod(0o755)
    monkeypatch.setattr(environment, "uv_program", lambda: sleeper)
    with pytest.raises(InfrastructureError, match=r"took longer than 0\.3 s"):
        find_environment(submission, ignore)
    assert [path for path in (own.cache / "workbench" / "environments").iterdir() if path.is_dir()] == []


def edit_comment(folder: Path) -> None:
    """Change a comment of the requirements."""
    (folder / "requirements.txt").write_text(f"# a comment\n{REQUIREMENTS}")


def edit_included(folder: Path) -> None:
    """Change a file that an included file includes."""
    (folder / "more" / "deep.txt").write_text("tiny<3\n")


def edit_constraints(folder: Path) -> None:
    """Change a file of constraints."""
    (folder / "constraints.txt").write_text("tiny<3\n")


@pytest.mark.parametrize("edit", [edit_comment, edit_included, edit_constraints])
def test_the_key_changes_with_every_requirement_file(submission: Submission, edit: Callable[[Path], None]) -> None:
    """Comments, included files and constraints are part of the key."""
    folder = submission.folder
    (folder / "more").mkdir()
    (folder / "requirements.txt").write_text(f"-r more/dev.txt\n--constraint=constraints.txt\n{REQUIREMENTS}")
    (folder / "more" / "dev.txt").write_text("-r deep.txt\n")
    (folder / "more" / "deep.txt").write_text("tiny<2\n")
    (folder / "constraints.txt").write_text("tiny<2\n")
    before = key(submission)
    assert key(submission) == before
    edit(folder)
    assert key(submission) != before


def test_the_key_depends_on_nothing_else(submission: Submission) -> None:
    """Another file of the submission, another tree and another place make no other environment."""
    (submission.folder / "requirements.txt").write_text("tiny==1.0\n")
    before = key(submission)
    (submission.folder / "other.txt").write_text("tiny==2.0\n")
    assert key(replace(submission, tree="another tree", source="elsewhere")) == before


@pytest.mark.parametrize("count", [2, 60])
def test_included_files_are_read_once(submission: Submission, count: int) -> None:
    """A circle of includes ends, and of a long chain even the last file counts."""
    for number in range(count):
        name = submission.folder / (f"r{number}.txt" if number else "requirements.txt")
        name.write_text(f"-r wheels/../r{number + 1}.txt\n")
    last = submission.folder / f"r{count}.txt"
    last.write_text("-r wheels/../requirements.txt\n")
    before = key(submission)
    last.write_text("-r requirements.txt\n")
    assert key(submission) != before


@pytest.mark.parametrize(
    ("line", "is_local"),
    [
        ("-e .", True),
        ("--editable ./lib", True),
        (".", True),
        ("./lib", True),
        ("../lib", True),
        ("lib/tiny-1.0-py3-none-any.whl", True),
        ("tiny-1.0-py3-none-any.whl", True),
        ("tiny-1.0.tar.gz", True),
        ("tiny @ file:///somewhere/tiny.whl", True),
        ("tiny @ file:tiny.whl", True),
        ("tiny @ wheels/tiny.whl", True),
        ("tiny @ ./wheels/tiny.whl", True),
        ("tiny @ git+file:///srv/tiny", True),
        ("--find-links wheels", True),
        ("-f wheels", True),
        ("/srv/tiny", True),
        (".[extra]", True),
        ("tiny==1.0", False),
        ("tiny[extra]>=1.0,<2 ; python_version < '4'  # see ./docs", False),
        ("# ./lib", False),
        ("tiny @ https://example.org/tiny-1.0.whl", False),
        ("tiny @ git+https://example.org/tiny", False),
        ("--index-url https://example.org/simple", False),
        ("-r more/dev.txt", False),
        ("--constraint=more/constraints.txt", False),
        ("file-magic==1.0", False),
        ("", False),
    ],
)
def test_a_requirement_in_the_tree_makes_the_tree_part_of_the_key(
    submission: Submission, line: str, *, is_local: bool
) -> None:
    """Where a line points into the submission, an edit there makes a new environment; elsewhere it does not."""
    (submission.folder / "requirements.txt").write_text(f"six==1.17.0\n{line}\n")
    assert (key(submission) != key(replace(submission, tree="another tree"))) is is_local


@pytest.mark.parametrize(
    ("log", "kind", "text"),
    [
        ("x\nerror: No solution found\n  cause: no version of tiny==2.0", SubmissionError, "does not install"),
        ("error: Expected '=' or whitespace: requirements.txt:1:3", SubmissionError, "does not install"),
        ("", SubmissionError, "does not install"),
        ("error: Failed\n  cause: client error (Connect)\n  cause: dns error", InfrastructureError, "registry"),
        ("error sending request for url", InfrastructureError, "registry"),
        ("tcp connect error\nConnection refused (os error 111)", InfrastructureError, "registry"),
        ("Network is unreachable (os error 101)", InfrastructureError, "registry"),
        ("operation timed out", InfrastructureError, "registry"),
        ("failed to write\nNo space left on device (os error 28)", InfrastructureError, "no room"),
        ("Disk quota exceeded (os error 122)", InfrastructureError, "no room"),
        ("Read-only file system (os error 30)", InfrastructureError, "no room"),
        ("dns error\nNo space left on device", InfrastructureError, "no room"),
    ],
)
def test_whose_doing_a_failed_installation_is(log: str, kind: type[Exception], text: str) -> None:
    """The registry, the network and the disk are ours; everything else is the submission's."""
    error = refusal(log)
    assert type(error) is kind
    assert text in str(error)


def test_offline_nothing_is_downloaded(submission: Submission, own: Own) -> None:
    """What is not in the cache is not sought elsewhere, and that is no fault of the submission's."""
    (submission.folder / "requirements.txt").write_text("a-package-that-nobody-has-in-the-cache==1\n")
    with pytest.raises(InfrastructureError, match="not in the cache") as caught:
        find_environment(submission, ignore, offline=True)
    assert "--offline" in str(caught.value.next_step)
    assert not list((own.cache / "workbench" / "environments").glob("*/pyvenv.cfg"))
