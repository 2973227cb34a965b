"""Showing the model solution: when, and as what."""

from __future__ import annotations

import subprocess
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from checker.errors import UsageError
from checker.progress import ProgressBook
from checker.solution import changed_files, difference, file_difference, require_pass, solution_files
from checker.start import start

if TYPE_CHECKING:
    from checker.catalog import Catalog


def test_the_solution_waits_for_a_pass(tmp_path: Path) -> None:
    """Before the kata has passed in the folder nothing is shown, unless it is forced; another folder is no pass."""
    book = ProgressBook(tmp_path / "state")
    with pytest.raises(UsageError, match="tiny has not passed in") as caught:
        require_pass(book, "tiny", tmp_path, force=False)
    assert "workbench solution tiny --force" in str(caught.value.next_step)
    require_pass(book, "tiny", tmp_path, force=True)
    book.mark_passed("tiny", tmp_path)
    require_pass(book, "tiny", tmp_path, force=False)
    with pytest.raises(UsageError):
        require_pass(book, "tiny", tmp_path / "other", force=False)


def test_the_files_of_a_solution_are_shown_by_name(tiny_catalog: Catalog) -> None:
    """Only the files that differ, each under its name."""
    assert [str(path) for path in changed_files(tiny_catalog, "tiny")] == ["app/main.py"]
    shown = solution_files(tiny_catalog, "tiny")
    assert shown.startswith('# app/main.py\n"""The service as it should be."""')


def test_the_difference_makes_the_solution(tiny_catalog: Catalog, tmp_path: Path) -> None:
    """The difference to a started folder, applied to it by patch, gives the solution's files."""
    folder = start(tiny_catalog, "tiny", tmp_path / "mine").folder
    own = folder / "app" / "main.py"
    own.write_text(own.read_text().rstrip("\n"))
    shown = difference(tiny_catalog, "tiny", folder)
    assert "\\ No newline at end of file" in shown
    done = subprocess.run(
        ["git", "apply", "-p1", "-"], input=shown, cwd=folder, text=True, capture_output=True, check=False
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert own.read_text() == (tiny_catalog.place("tiny").solution / "app" / "main.py").read_text()
    assert difference(tiny_catalog, "tiny", folder) == ""


def test_without_files_of_ones_own_the_starter_is_compared(tiny_catalog: Catalog) -> None:
    """The difference is then the one from the starter."""
    shown = difference(tiny_catalog, "tiny", None).splitlines()
    assert shown[:2] == ["--- yours/app/main.py", "+++ solution/app/main.py"]
    assert '-GREETING = "hell"' in shown
    assert '+GREETING = "good morning"' in shown


def test_a_missing_file_and_odd_bytes_are_compared(tmp_path: Path) -> None:
    """What is not there is all added; bytes that are no text are shown as such."""
    (tmp_path / "after").write_text("a\nb\n")
    (tmp_path / "odd").write_bytes(b"\xff\n")
    assert "".join(file_difference(tmp_path / "gone", tmp_path / "after", "x")).endswith("@@ -0,0 +1,2 @@\n+a\n+b\n")
    assert "-\ufffd\n" in file_difference(tmp_path / "odd", tmp_path / "after", "x")
