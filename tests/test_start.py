"""Starting a kata, and finding again what was started."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from checker.errors import InfrastructureError, UsageError
from checker.start import MARKER, Started, find_started, start

if TYPE_CHECKING:
    from checker.catalog import Catalog


def git(folder: Path, *arguments: str) -> str:
    """Ask git about a folder."""
    environ = {"PATH": os.environ["PATH"], "HOME": "/nonexistent", "GIT_CONFIG_NOSYSTEM": "1"}
    done = subprocess.run(["git", *arguments], cwd=folder, env=environ, check=True, capture_output=True, text=True)
    return done.stdout.strip()


def files(folder: Path) -> list[str]:
    """Return the files of a folder, git's aside."""
    found = [path.relative_to(folder) for path in folder.rglob("*") if path.is_file()]
    return sorted(str(path) for path in found if ".git" not in path.parts)


STARTER = [MARKER, "README.md", "alembic.ini", "app/main.py", "lambda_function.py", "requirements.txt"]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return where a kata is started."""
    return tmp_path / "mine"


def test_a_starter_is_a_repository_with_one_commit(tiny_catalog: Catalog, folder: Path) -> None:
    """It holds service, fault, brief, visible tests and marker, all committed, and nothing of the solution."""
    assert start(tiny_catalog, "tiny", folder) == Started("tiny", folder)
    assert files(folder) == sorted([*STARTER, "tests/test_visible.py"])
    assert "hell" in (folder / "app/main.py").read_text()
    assert (folder / "README.md").read_text() == "# A tiny kata\n"
    assert git(folder, "log", "--format=%s|%D") == "Start tiny|HEAD -> main"
    assert git(folder, "status", "--porcelain") == ""
    assert git(folder, "ls-files").splitlines() == sorted([*STARTER, "tests/test_visible.py"])


def test_a_solution_can_be_laid_out_alike(tiny_catalog: Catalog, folder: Path) -> None:
    """With `solved` the model solution's files are there instead of the starter's."""
    start(tiny_catalog, "tiny", folder, solved=True)
    assert "good morning" in (folder / "app/main.py").read_text()


def test_an_empty_folder_can_be_used(tiny_catalog: Catalog, folder: Path) -> None:
    """A folder that is there and empty is as good as none; its parents are made."""
    folder.mkdir()
    start(tiny_catalog, "tiny", folder)
    start(tiny_catalog, "tiny", folder / "deep" / "deeper")
    assert (folder / "deep" / "deeper" / "app/main.py").is_file()


@pytest.mark.parametrize("what", ["file", "full", "hidden"])
def test_what_is_there_is_not_touched(tiny_catalog: Catalog, folder: Path, what: str) -> None:
    """A file, or a folder with anything in it, is refused with a way out and stays as it is."""
    if what != "file":
        folder.mkdir()
    kept = {"file": folder, "full": folder / "a", "hidden": folder / ".a"}[what]
    kept.write_text("mine")
    with pytest.raises(UsageError, match="is there already") as caught:
        start(tiny_catalog, "tiny", folder)
    assert caught.value.next_step == "workbench start tiny ANOTHER_FOLDER"
    assert kept.read_text() == "mine"


def test_an_unknown_kata_makes_nothing(tiny_catalog: Catalog, folder: Path) -> None:
    """Whoever mistypes an id finds no folder of that name."""
    with pytest.raises(UsageError, match="there is no kata"):
        start(tiny_catalog, "tinny", folder)
    assert not folder.exists()


def test_a_place_that_cannot_be_written_is_a_wrong_call(tiny_catalog: Catalog, tmp_path: Path) -> None:
    """A folder that cannot be made is named."""
    (tmp_path / "file").touch()
    with pytest.raises(UsageError, match=f"cannot write {tmp_path}/file/x: Not a directory") as caught:
        start(tiny_catalog, "tiny", tmp_path / "file" / "x")
    assert caught.value.next_step == "name another folder"


def test_without_git_there_is_a_folder(
    tiny_catalog: Catalog, folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where git is missing the files are there all the same."""
    monkeypatch.setenv("PATH", str(tmp_path))
    start(tiny_catalog, "tiny", folder)
    assert files(folder) == sorted([*STARTER, "tests/test_visible.py"])
    assert not (folder / ".git").exists()


def test_a_git_that_fails_is_our_trouble(
    tiny_catalog: Catalog, folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What git says is in the error."""
    (tmp_path / "git").write_text("#!/bin/sh\necho fatal: no way\nexit 128\n")
    (tmp_path / "git").chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")
    with pytest.raises(InfrastructureError, match="git init failed: fatal: no way"):
        start(tiny_catalog, "tiny", folder)


def test_a_persons_hooks_and_signing_are_not_asked(
    tiny_catalog: Catalog, folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A configuration that signs commits or has hooks of its own does not keep the first commit from being made."""
    (tmp_path / "hooks").mkdir()
    (tmp_path / "hooks" / "pre-commit").write_text("#!/bin/sh\nexit 1\n")
    (tmp_path / "hooks" / "pre-commit").chmod(0o755)
    settings = f"[commit]\ngpgsign = true\n[core]\nhooksPath = {tmp_path}/hooks\n[init]\ndefaultBranch = trunk\n"
    (tmp_path / ".gitconfig").write_text(settings)
    monkeypatch.setenv("HOME", str(tmp_path))
    start(tiny_catalog, "tiny", folder)
    assert git(folder, "log", "--format=%s|%D") == "Start tiny|HEAD -> main"


def test_a_started_folder_is_found_from_within(tiny_catalog: Catalog, folder: Path) -> None:
    """From the folder and from any folder in it the marker leads to kata and root."""
    start(tiny_catalog, "tiny", folder)
    for place in (folder, folder / "app", folder / "tests"):
        assert find_started(place) == Started("tiny", folder)


def test_elsewhere_nothing_is_found(tmp_path: Path) -> None:
    """Outside of a started folder the error says how to name kata and folder."""
    with pytest.raises(UsageError, match="is not a folder that `workbench start` made") as caught:
        find_started(tmp_path)
    assert "--path FOLDER" in str(caught.value.next_step)


@pytest.mark.parametrize(
    "text", ["", "kata: 3", "kata: [a]", "- kata", "kata: [", "\x00", "[" * 400, "&a [*a]", "x: 1"]
)
def test_a_marker_that_names_no_kata_is_told(tmp_path: Path, text: str) -> None:
    """Whatever stands in a marker, the error names it and what to write."""
    (tmp_path / MARKER).write_text(text)
    with pytest.raises(UsageError) as caught:
        find_started(tmp_path)
    assert str(tmp_path / MARKER) in caught.value.message
    assert caught.value.next_step == "write `kata: ID` into it"


def test_a_marker_of_other_bytes_is_told(tmp_path: Path) -> None:
    """A marker that is no text makes no traceback."""
    (tmp_path / MARKER).write_bytes(b"\xff\xfe\x00")
    with pytest.raises(UsageError, match="cannot be read"):
        find_started(tmp_path)
