"""What several test modules share: folders of a test's own, tiny katas, verdicts made by hand."""

from __future__ import annotations

import asyncio
import os
import shutil
import socket
import tempfile
import threading
from contextlib import contextmanager
from dataclasses import dataclass, fields, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import pytest
from hypothesis import settings

from checker.catalog import Catalog, Kata
from checker.content import Content
from checker.isolation import Isolation, available
from checker.parts.postgres import Postgres
from checker.verdict import Finding, Origin, RequirementResult, Result, Status, Verdict

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine, Iterator
    from contextlib import AbstractContextManager

collect_ignore = ["data", "hostile"]  # what is called a test there is none of the workbench's
DATA = Path(__file__).parent / "data"
NOBODY = 65534
WAIT_SECONDS = 30.0

T = TypeVar("T")

settings.register_profile("workbench", deadline=None, derandomize="CI" in os.environ)  # a busy machine is no finding
settings.load_profile("workbench")


def pytest_configure(config: pytest.Config) -> None:
    """Know the marker of the suites, parts of which are tested here."""
    config.addinivalue_line("markers", "requirement(id): the one promise that a check of a suite proves")


@dataclass(frozen=True)
class Own:
    """The workbench's folders, moved to where a test has them for itself."""

    cache: Path
    state: Path
    temporary: Path


@pytest.fixture
def data() -> Path:
    """Return the folder of sample data."""
    return DATA


@pytest.fixture
def own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Own]:
    """Let the workbench keep its folders in the test's own; the temporary one has a path short enough for sockets."""
    folders = Own(tmp_path / "cache", tmp_path / "state", Path(tempfile.mkdtemp(prefix="wb-")))
    monkeypatch.setenv("XDG_CACHE_HOME", str(folders.cache))
    monkeypatch.setenv("XDG_STATE_HOME", str(folders.state))
    monkeypatch.setenv("TMPDIR", str(folders.temporary))
    monkeypatch.setattr(tempfile, "tempdir", str(folders.temporary))
    yield folders
    shutil.rmtree(folders.temporary)


@pytest.fixture
def open_folder() -> Iterator[Path]:
    """Return a folder that every user can reach, unlike pytest's own."""
    folder = Path(tempfile.mkdtemp(prefix="workbench-test-"))
    folder.chmod(0o755)
    yield folder
    for path in [folder, *folder.rglob("*")]:
        if path.is_dir() and not path.is_symlink():
            path.chmod(0o755)
    shutil.rmtree(folder)


@pytest.fixture
def unprivileged() -> Callable[[], AbstractContextManager[None]]:
    """Return a context in which permissions count, also where the tests run as root."""

    @contextmanager
    def dropped() -> Iterator[None]:
        user, group = os.geteuid(), os.getegid()
        if user == 0:
            os.setegid(NOBODY)
            os.seteuid(NOBODY)
        try:
            yield
        finally:
            os.seteuid(user)
            os.setegid(group)

    return dropped


@pytest.fixture(scope="session")
def namespaces() -> None:
    """Skip where the kernel grants no namespaces."""
    if available() is not Isolation.NAMESPACES:
        pytest.skip("no namespaces here")


def kata_data(**changes: Any) -> dict[str, Any]:
    """Return a kata's description as plain data: two requirements, `alpha` (weight 2) and `beta`."""
    hints = ["a nudge", "where to look", "nearly the answer"]
    requirements = [
        {"id": "alpha", "title": "Alpha works", "promise": "Alpha does.", "weight": 2, "hints": hints},
        {"id": "beta", "title": "Beta works", "promise": "Beta does.", "hints": hints},
    ]
    whole = {"id": "tiny", "title": "A tiny kata", "kind": "task", "minutes": 5, "summary": "Tiny."}
    return {**whole, "requirements": requirements, **changes}


@pytest.fixture
def make_kata() -> Callable[..., Kata]:
    """Return a way to make a kata, with changed keys."""
    return lambda **changes: Kata.model_validate(kata_data(**changes))


@pytest.fixture
def make_kata_data() -> Callable[..., dict[str, Any]]:
    """Return a way to make what a `kata.yaml` holds, with changed keys."""
    return kata_data


@pytest.fixture
def make_verdict() -> Callable[..., Verdict]:
    """Return a way to make a verdict on the tiny kata from its requirements' statuses, in order."""

    def verdict(*statuses: str, result: str = "fail", kata: Kata | None = None, **fields: Any) -> Verdict:
        whole = kata or Kata.model_validate(kata_data())
        requirements = tuple(
            RequirementResult(one, Status(status), (Finding("a cat", "a dog"),) if status == "fail" else ())
            for one, status in zip(whole.requirements, statuses, strict=True)
        )
        base = {"origin": Origin(path="/somewhere"), "stack": "local", "workbench": "0.1.0", "seconds": 1.25}
        return Verdict(kata=whole, result=Result(result), requirements=requirements, **{**base, **fields})

    return verdict


@pytest.fixture
def tiny_catalog(data: Path, tmp_path: Path) -> Catalog:
    """Return a catalog that holds the kata `tiny` of the sample data and nothing else."""
    nothing = tmp_path / "nothing"
    content = replace(Content(*[nothing] * len(fields(Content))), service=data / "service")
    return Catalog(content, data / "katas")


class Background:
    """An event loop on a thread of its own, for parts that live beside the tests."""

    def __init__(self) -> None:
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever)
        self._thread.start()

    def run(self, work: Coroutine[Any, Any, T]) -> T:
        """Do something on the loop and wait for it."""
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(WAIT_SECONDS)

    def close(self) -> None:
        """End the loop and its thread."""
        self.run(asyncio.sleep(0.01))  # lets what was ended say goodbye
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(WAIT_SECONDS)
        self._loop.close()


@pytest.fixture(scope="session")
def background() -> Iterator[Background]:
    """Return a loop for as long as the tests run."""
    background = Background()
    yield background
    background.close()


def free_port() -> int:
    """Return a port that nothing listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@pytest.fixture(scope="session")
def part_folder() -> Iterator[Path]:
    """Return a folder that every user can pass through, as a run's is."""
    folder = Path(tempfile.mkdtemp(prefix="workbench-test-"))
    folder.chmod(0o711)
    yield folder
    shutil.rmtree(folder)


@pytest.fixture(scope="session")
def postgres(background: Background, part_folder: Path) -> Iterator[Postgres]:
    """Run a PostgreSQL from data that are prepared afresh."""
    (part_folder / "postgres").mkdir(mode=0o700)
    server = Postgres(part_folder / "postgres", free_port())
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_CACHE_HOME", str(part_folder / "cache"))
        background.run(server.start())
    yield server
    background.run(server.stop())
