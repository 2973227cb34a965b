"""The workbench's own folders: what is cached, what is remembered, and one folder a run.

A run's folder is locked by the process that made it for as long as it lives; the kernel frees the lock when that
process is gone, however it went, and the next run removes what it finds unlocked.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import secrets
import shutil
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Final

import platformdirs

from checker.errors import InfrastructureError

if TYPE_CHECKING:
    from collections.abc import Iterator

MAX_SOCKET_PATH: Final = 107  # bytes of a UNIX socket's path, its end not counted (unix(7))
LONGEST_SOCKET: Final = "/12345678/volatile/postgres/.s.PGSQL.65535"  # below the folder of all runs
ELSEWHERE: Final = "free some space there, or name other places: TMPDIR=… XDG_CACHE_HOME=… XDG_STATE_HOME=… workbench …"
NEEDED_BYTES: Final = 256 * 1024 * 1024  # a frozen submission (64 MB), a database cluster (30 MB) and room to work


def cache_folder() -> Path:
    """Where environments and prepared data are kept between runs; may be removed at any time between them."""
    return made(platformdirs.user_cache_path("workbench"))


def state_folder() -> Path:
    """Where what a person did is remembered."""
    return made(platformdirs.user_state_path("workbench"))


def made(folder: Path) -> Path:
    """Return a folder that is there."""
    with refuse_full(folder):
        folder.mkdir(parents=True, exist_ok=True)
    return folder


def runs_folder() -> Path:
    """Where the folders of this user's runs are."""
    return Path(tempfile.gettempdir()) / f"workbench-{os.getuid()}"


@contextlib.contextmanager
def locked(path: Path) -> Iterator[None]:
    """Hold the lock file `path`, waiting for whoever has it."""
    with refuse_full(path):
        path.parent.mkdir(parents=True, exist_ok=True)
        file = path.open("w")
    with file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


@contextlib.contextmanager
def run_folder() -> Iterator[Path]:
    """Make a folder for one run, sweep what dead runs left, and remove the folder at the end."""
    parent = runs_folder()
    try:
        folder, lock = make_run_folder(parent)
    except OSError as error:
        raise InfrastructureError(
            f"cannot make a folder for the run in {parent}: {error.strerror or error}",
            next_step=ELSEWHERE,
        ) from error
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)
        os.close(lock)


@contextlib.contextmanager
def refuse_full(path: Path) -> Iterator[None]:
    """Turn a disk that is full, or a write that fails otherwise, into our own trouble with a way out."""
    try:
        yield
    except OSError as error:
        raise InfrastructureError(f"cannot write {path}: {error.strerror or error}", next_step=ELSEWHERE) from error


def make_run_folder(parent: Path) -> tuple[Path, int]:
    """Return a new folder and the descriptor that holds its lock; nobody sweeps in between."""
    parent.mkdir(mode=0o700, exist_ok=True)
    refuse_foreign(parent)
    require_room(parent)
    with locked(parent / "sweep.lock"):
        sweep(parent)
        folder = parent / secrets.token_hex(4)
        folder.mkdir(mode=0o700)
        lock = os.open(folder / "lock", os.O_CREAT | os.O_RDWR | os.O_CLOEXEC, 0o600)
        fcntl.flock(lock, fcntl.LOCK_EX)
    return folder, lock


def refuse_foreign(parent: Path) -> None:
    """Refuse a folder in the shared temporary place that somebody else made."""
    info = parent.lstat()
    if info.st_uid != os.getuid() or info.st_mode & 0o066:
        raise InfrastructureError(f"{parent} belongs to somebody else or is open to others", next_step=ELSEWHERE)


def require_room(parent: Path) -> None:
    """Refuse to start where a run would fill the disk, or where a socket's path would be too long."""
    free = shutil.disk_usage(parent).free
    if free < NEEDED_BYTES:
        raise InfrastructureError(
            f"{parent} has {free // 2**20} MB free and a run needs {NEEDED_BYTES // 2**20} MB", next_step=ELSEWHERE
        )
    if len(os.fsencode(parent)) + len(LONGEST_SOCKET) > MAX_SOCKET_PATH:
        raise InfrastructureError(
            f"the path {parent} is too long for a UNIX socket",
            next_step="name a shorter place: TMPDIR=/tmp workbench …",
        )


def sweep(parent: Path) -> None:
    """Remove the folders of runs that are gone."""
    for folder in parent.iterdir():
        if folder.is_dir() and not is_held(folder):
            shutil.rmtree(folder, ignore_errors=True)


def is_held(folder: Path) -> bool:
    """Whether the process that made the run's folder still lives."""
    try:
        lock = os.open(folder / "lock", os.O_RDWR | os.O_CLOEXEC)
    except FileNotFoundError:
        return False  # its maker died before it could lock it
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    else:
        return False
    finally:
        os.close(lock)
