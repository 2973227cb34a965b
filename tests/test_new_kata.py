"""A kata that was begun: whole, under its own name, and nothing that is there is overwritten."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from checker.catalog import Catalog
from checker.errors import UsageError
from checker.new_kata import new_kata
from checker.variants import subjects

if TYPE_CHECKING:
    from pathlib import Path


def test_it_is_read_under_its_own_name(tmp_path: Path) -> None:
    """The catalog finds it, with a brief, a suite, a variant that fits and a visible test."""
    made = new_kata(Catalog(), "tell-version", tmp_path)
    catalog = Catalog(own=made.katas)
    assert catalog.load("tell-version").id == "tell-version"
    place = catalog.place("tell-version")
    assert all(path.exists() for path in (place.kata / "README.md", place.suite, place.kata / "tests"))
    found = {subject.name: subject for subject in subjects(catalog, "tell-version")}
    assert set(found) == {"starter", "solution", "bad/empty-version"}
    for number, subject in enumerate(found.values()):
        subject.write(tmp_path / f"written-{number}")


def test_its_solution_differs_from_the_starter_by_the_version(tmp_path: Path) -> None:
    """The model solution is today's service with one change."""
    catalog = Catalog()
    made = new_kata(catalog, "tell-version", tmp_path)
    before = (catalog.content.service / "app/main.py").read_text(encoding="utf-8").splitlines()
    after = (made.folder / "solution/app/main.py").read_text(encoding="utf-8").splitlines()
    assert [line for line in after if line not in before] == ['    return {"status": "ok", "version": "1"}']


@pytest.mark.parametrize("identifier", ["", "Version", "1st", "a_b", "../up", "a/b", "task2"])
def test_a_name_that_cannot_be_is_refused(tmp_path: Path, identifier: str) -> None:
    """An id that the schema refuses, a path, or a kata's that is there."""
    with pytest.raises(UsageError):
        new_kata(Catalog(), identifier, tmp_path)
    assert not list(tmp_path.iterdir())


def test_what_is_there_stays(tmp_path: Path) -> None:
    """A folder of that name is left as it is."""
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "notes.txt").write_text("keep")
    with pytest.raises(UsageError, match="is there already"):
        new_kata(Catalog(), "mine", tmp_path)
    assert [path.name for path in (tmp_path / "mine").iterdir()] == ["notes.txt"]


def test_a_folder_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    """A file stands where the folder of katas should be."""
    (tmp_path / "file").write_text("")
    with pytest.raises(UsageError, match="cannot write"):
        new_kata(Catalog(), "mine", tmp_path / "file")
