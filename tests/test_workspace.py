"""The workbench's folders: what is swept and what is not, what is refused, and who waits for whom."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
from collections import namedtuple
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from checker.errors import InfrastructureError
from checker.workspace import LONGEST_SOCKET, cache_folder, is_held, locked, run_folder, runs_folder, state_folder

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.conftest import Own

HOLD = """
import sys
from checker.workspace import run_folder
with run_folder() as folder:
    (folder / "file").touch()
    print(folder, flush=True)
    sys.stdin.read()
"""
Usage = namedtuple("Usage", "total used free")  # noqa: PYI024 - what shutil returns


@contextmanager
def other_run() -> Iterator[tuple[subprocess.Popen[str], Path]]:
    """Let another process hold a run's folder."""
    command = [sys.executable, "-c", HOLD]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        yield process, Path(process.stdout.readline().strip())


def test_a_run_has_a_folder_of_its_own(own: Own) -> None:
    """The folder is there for this user alone while the run lasts, and gone afterwards."""
    with run_folder() as folder:
        assert folder.parent == runs_folder()
        assert folder.parent.parent == own.temporary
        assert folder.stat().st_mode & 0o777 == 0o700
        assert folder.parent.stat().st_mode & 0o777 == 0o700
        (folder / "deep" / "deeper").mkdir(parents=True)
    assert not folder.exists()


@pytest.mark.usefixtures("own")
def test_an_error_leaves_no_folder() -> None:
    """What is raised in a run passes through, and the folder goes all the same."""

    def fail() -> None:
        with run_folder() as folder:
            seen.append(folder)
            raise KeyError("x")

    seen: list[Path] = []
    with pytest.raises(KeyError):
        fail()
    assert not seen[0].exists()


@pytest.mark.usefixtures("own")
def test_what_a_killed_run_left_is_swept() -> None:
    """The folder of a process that was killed is removed by the next run."""
    with other_run() as (process, dead):
        process.send_signal(signal.SIGKILL)
        process.wait(10)
        assert (dead / "file").exists()
        with run_folder():
            assert not dead.exists()


@pytest.mark.usefixtures("own")
def test_what_a_living_run_has_is_left_alone() -> None:
    """The folder of a process that lives, or is merely stopped, stays; it goes when that process ends."""
    with other_run() as (process, living):
        process.send_signal(signal.SIGSTOP)
        with run_folder() as mine:
            assert mine != living
            assert (living / "file").exists()
        assert is_held(living)
        process.send_signal(signal.SIGCONT)
        process.communicate("", timeout=10)
        assert not living.exists()


@pytest.mark.usefixtures("own")
def test_a_child_of_a_killed_run_holds_nothing() -> None:
    """A process that a killed run left behind does not keep the run's folder."""
    leave = "print(subprocess.Popen(['sleep', '60'], stdout=-3, close_fds=False).pid, flush=True)"
    code = "import subprocess\n" + HOLD.replace("    sys.stdin", f"    {leave}\n    sys.stdin")
    command = [sys.executable, "-c", code]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        dead, child = Path(process.stdout.readline().strip()), int(process.stdout.readline())
        process.kill()
        process.wait(10)
        try:
            assert not is_held(dead)
        finally:
            os.kill(child, signal.SIGKILL)


@pytest.mark.usefixtures("own")
def test_a_run_that_died_before_its_lock_is_swept() -> None:
    """A folder without a lock belongs to nobody."""
    with run_folder() as folder:
        half = folder.parent / "half"
        half.mkdir()
        with run_folder():
            assert not half.exists()


@pytest.mark.usefixtures("own")
def test_many_runs_at_once_have_different_folders() -> None:
    """Runs that start together do not sweep each other."""

    def use(_number: int) -> Path:
        with run_folder() as folder:
            (folder / "file").touch()
            assert (folder / "file").exists()
            return folder

    with ThreadPoolExecutor(8) as pool:
        assert len(set(pool.map(use, range(40)))) == 40


@pytest.mark.usefixtures("own")
@pytest.mark.parametrize("mode", [0o770, 0o707, 0o777, 0o1777, 0o740, 0o702])
def test_a_folder_that_others_can_read_or_write_is_refused(mode: int) -> None:
    """Where others could look into a run, there is no run."""
    runs_folder().mkdir()
    runs_folder().chmod(mode)
    with pytest.raises(InfrastructureError, match="open to others"), run_folder():
        pass


@pytest.mark.usefixtures("own")
def test_others_may_pass_through() -> None:
    """Execute permission alone, which the database's user needs, is no opening."""
    runs_folder().mkdir(mode=0o711)
    with run_folder() as folder:
        assert folder.is_dir()


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give a folder to somebody else")
@pytest.mark.usefixtures("own")
def test_a_folder_of_somebody_else_is_refused() -> None:
    """Who made the folder before us could change what is in it."""
    runs_folder().mkdir(mode=0o700)
    os.chown(runs_folder(), 65534, 65534)
    with pytest.raises(InfrastructureError, match="somebody else"), run_folder():
        pass


@pytest.mark.usefixtures("own")
def test_a_link_in_place_of_the_folder_is_refused(tmp_path: Path) -> None:
    """A link is not followed, wherever it leads."""
    (tmp_path / "elsewhere").mkdir(mode=0o700)
    runs_folder().symlink_to(tmp_path / "elsewhere")
    with pytest.raises(InfrastructureError), run_folder():
        pass
    assert list((tmp_path / "elsewhere").iterdir()) == []


@pytest.mark.usefixtures("own")
def test_a_file_in_place_of_the_folder_is_refused() -> None:
    """A file where the folder should be is our trouble, with a way out."""
    runs_folder().touch()
    with pytest.raises(InfrastructureError, match="cannot make a folder") as caught, run_folder():
        pass
    assert "TMPDIR" in str(caught.value.next_step)


@pytest.mark.usefixtures("own")
def test_too_little_space_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """A disk that is nearly full is said before anything is begun."""
    monkeypatch.setattr(shutil, "disk_usage", lambda _path: Usage(10**12, 10**12, 5 * 2**20))
    with pytest.raises(InfrastructureError, match="has 5 MB free and a run needs 256 MB"), run_folder():
        pass
    assert [path for path in runs_folder().iterdir() if path.is_dir()] == []


@pytest.mark.parametrize("too_long", [False, True])
def test_a_path_too_long_for_a_socket_is_refused(own: Own, monkeypatch: pytest.MonkeyPatch, *, too_long: bool) -> None:
    """A place whose sockets can just be bound is taken; with one byte more it is refused before anything is begun."""
    free = 107 - len(f"{own.temporary}//workbench-{os.getuid()}{LONGEST_SOCKET}")
    long = own.temporary / ("l" * (free + too_long))
    long.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(long))
    if too_long:
        with pytest.raises(InfrastructureError, match="too long for a UNIX socket") as caught, run_folder():
            pass
        assert "TMPDIR=/tmp" in str(caught.value.next_step)
        return
    with run_folder() as folder, socket.socket(socket.AF_UNIX) as server:
        (folder / "volatile" / "postgres").mkdir(parents=True)
        server.bind(str(folder / "volatile" / "postgres" / ".s.PGSQL.65535"))


def test_a_temporary_folder_that_is_not_there_is_our_trouble(own: Own, monkeypatch: pytest.MonkeyPatch) -> None:
    """A TMPDIR that is gone is told as such."""
    monkeypatch.setattr(tempfile, "tempdir", str(own.temporary / "gone"))
    with pytest.raises(InfrastructureError, match="No such file or directory"), run_folder():
        pass


@pytest.mark.parametrize("name", ["with spaces", "ünïcödé-路径"])
def test_odd_places_work(own: Own, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    """A path with spaces or beyond ASCII is as good as any."""
    (own.temporary / name).mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(own.temporary / name))
    with run_folder() as folder:
        assert folder.is_dir()


def test_folders_are_where_the_user_says(own: Own) -> None:
    """Cache and state follow the XDG variables and are made when they are asked for."""
    assert cache_folder() == own.cache / "workbench"
    assert state_folder() == own.state / "workbench"
    assert cache_folder().is_dir()
    assert state_folder().is_dir()


def test_a_lock_is_held_by_one_at_a_time(tmp_path: Path) -> None:
    """Nobody is inside together with another, and everybody gets in."""
    inside: list[int] = []

    def enter(number: int) -> int:
        with locked(tmp_path / "new" / "lock"):
            inside.append(number)
            assert inside == [number]
            return inside.pop()

    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(enter, range(100))) == list(range(100))


def test_an_error_under_a_lock_passes_through(tmp_path: Path) -> None:
    """What is raised under a lock is not taken for trouble with the lock, which is free afterwards."""

    def fail() -> None:
        with locked(tmp_path / "lock"):
            raise FileExistsError("something else")

    with pytest.raises(FileExistsError):
        fail()
    with locked(tmp_path / "lock"):
        pass
