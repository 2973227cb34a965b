"""Running programs: every one in a session of its own, with limits, a log, and an end.

`run` is for a program that ends by itself; `Process` for one that lives as long as a run. Either way the child
gets no more of the environment than it is given, and dies with this process where the kernel offers that.
"""

from __future__ import annotations

import asyncio
import contextlib
import ctypes
import os
import resource
import signal
import subprocess
import sys
from abc import ABC, abstractmethod
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final, Protocol

from checker.log import FLOOD_BYTES, Log

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

PR_SET_PDEATHSIG: Final = 1  # linux/prctl.h
PR_SET_CHILD_SUBREAPER: Final = 36
KILL_SECONDS: Final = 2.0  # how long the kernel may take over a SIGKILL
LOOK_SECONDS: Final = 0.05
CHUNK_BYTES: Final = 64 * 1024

_libc = ctypes.CDLL(None) if sys.platform == "linux" else None


@dataclass(frozen=True)
class Limits:
    """What a submission's process may take: per process, beside what the stack watches for the whole tree."""

    open_files: int = 1024
    file_bytes: int = 256 * 1024 * 1024
    tasks: int = 4096  # for what is faster than the stack looks; on older kernels all of the user's processes count

    def apply(self) -> None:
        """Set the limits on this process, for good."""
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        resource.setrlimit(resource.RLIMIT_NOFILE, (self.open_files, self.open_files))
        resource.setrlimit(resource.RLIMIT_FSIZE, (self.file_bytes, self.file_bytes))
        _, most = resource.getrlimit(resource.RLIMIT_NPROC)
        tasks = self.tasks if most == resource.RLIM_INFINITY else min(self.tasks, most)
        resource.setrlimit(resource.RLIMIT_NPROC, (tasks, tasks))


@dataclass(frozen=True)
class Identity:
    """The user that a program runs as where the workbench is root."""

    uid: int
    gid: int


def child_setup(limits: Limits | None = None, identity: Identity | None = None) -> Callable[[], None]:
    """Return what a child does between fork and exec: identity, limits, and a parent's death as its own.

    The death signal comes last, because the kernel clears it when the user changes.
    """

    def setup() -> None:
        if identity is not None:
            os.setgroups([])
            os.setgid(identity.gid)
            os.setuid(identity.uid)
        if limits is not None:
            limits.apply()
        if _libc is not None:
            _libc.prctl(PR_SET_PDEATHSIG, signal.SIGKILL)

    return setup


def adopt_orphans() -> None:
    """Become the parent of whatever loses its own below this process, so that it can be found and ended."""
    if _libc is not None:
        _libc.prctl(PR_SET_CHILD_SUBREAPER, 1)


def run(
    argv: Sequence[str | Path],
    *,
    environ: Mapping[str, str],
    cwd: Path,
    seconds: float,
    identity: Identity | None = None,
) -> subprocess.CompletedProcess[str]:
    """Run a trusted program of ours to its end and return its status and output (stderr into stdout).

    Raises `TimeoutError` when it takes longer than `seconds`; its whole process group is killed then.
    """
    process = subprocess.Popen(
        [str(part) for part in argv],
        env=dict(environ),
        cwd=cwd,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
        start_new_session=True,
        preexec_fn=child_setup(identity=identity),  # noqa: PLW1509 - no thread of ours holds a lock it needs
    )
    try:
        output, _ = process.communicate(timeout=seconds)
    except subprocess.TimeoutExpired:
        raise TimeoutError(f"{os.path.basename(str(argv[0]))} took longer than {seconds:g} s") from None  # noqa: PTH119 - argv may hold text
    finally:
        if process.poll() is None:
            kill_group(process.pid)
            process.communicate()
    return subprocess.CompletedProcess(list(argv), process.returncode, output, "")


def kill_group(pid: int) -> None:
    """Kill the process group that `pid` leads; nothing happens where it is gone."""
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(pid, signal.SIGKILL)


class Running(ABC):
    """A program under way, wherever it runs; its output goes into `log`, its end into `returncode`."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.log = Log()
        self.excess = ""  # what it took too much of, where it was ended for that
        self._news = asyncio.Event()

    @property
    @abstractmethod
    def returncode(self) -> int | None:
        """None while it runs; negative, or 128 and more, where a signal ended it."""

    @property
    @abstractmethod
    def silent(self) -> bool:
        """Whether no more output will come."""

    @abstractmethod
    async def wait(self) -> int:
        """Wait until it has ended and its output has been read."""

    @abstractmethod
    def write(self, data: bytes) -> None:
        """Write to its standard input, where it was started with one."""

    @abstractmethod
    async def kill(self) -> None:
        """End it now, with all that it started; does nothing where it has ended."""

    @abstractmethod
    def end(self, excess: str) -> None:
        """Have it ended because it took too much, and keep why."""

    async def wait_for_line(self, text: str, seconds: float) -> bool:
        """Wait until a line that holds `text` was written; False where it ended or the time was over before."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                while not any(text in line.text for line in self.log.lines()):
                    if self.silent:
                        return False
                    self._news.clear()
                    await self._news.wait()
                return True
        return False

    def heard(self, chunk: bytes) -> None:
        """Take the next bytes of its output, and end it where it writes more than anyone would read."""
        self.log.feed(chunk)
        self._news.set()
        if self.log.flooded:
            self.end(f"it wrote more than {FLOOD_BYTES // 2**20} MB of log")


class Process(Running):
    """A child that lives beside us."""

    def __init__(self, name: str, child: asyncio.subprocess.Process) -> None:
        super().__init__(name)
        self._child = child
        self._reader = asyncio.create_task(self._read(), name=f"log of {name}")

    @classmethod
    async def start(
        cls,
        name: str,
        argv: Sequence[str | Path],
        *,
        environ: Mapping[str, str],
        cwd: Path,
        limits: Limits | None = None,
        identity: Identity | None = None,
        stdin: bytes | None = None,
        pass_fds: Sequence[int] = (),
    ) -> Process:
        """Start `argv`. With `stdin` its standard input holds those bytes and stays open until `kill`.

        Call this on the main thread's loop alone: the kernel ties a child's death signal to the thread that made it.
        """
        child = await asyncio.create_subprocess_exec(
            *[str(part) for part in argv],
            env=dict(environ),
            cwd=cwd,
            stdin=subprocess.PIPE if stdin is not None else subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            pass_fds=pass_fds,
            preexec_fn=child_setup(limits, identity),
        )
        if stdin is not None and child.stdin is not None:
            child.stdin.write(stdin)
        return cls(name, child)

    @property
    def pid(self) -> int:
        """The process id of the child, which also leads its group."""
        return self._child.pid

    @property
    def returncode(self) -> int | None:
        """None while it runs; negative where a signal ended it."""
        return self._child.returncode

    @property
    def silent(self) -> bool:
        """Whether no more output will come."""
        return self._reader.done()

    async def wait(self) -> int:
        """Wait until it has ended and its output has been read."""
        code = await self._own_end()
        # A grandchild may hold the pipe open; what the child itself wrote has arrived by then.
        await asyncio.wait([self._reader], timeout=KILL_SECONDS / 4)
        self.log.close()
        return code

    def write(self, data: bytes) -> None:
        """Write to the standard input of a process that was started with one."""
        if self._child.stdin is not None and self.returncode is None:
            self._child.stdin.write(data)

    async def kill(self) -> None:
        """End it and its group now; does nothing where it has ended, as its id may be somebody else's by then."""
        if self.returncode is None:
            kill_group(self.pid)
        with contextlib.suppress(ProcessLookupError):
            self._child.kill()
        if self._child.stdin is not None:
            self._child.stdin.close()
        try:
            await asyncio.wait_for(self._own_end(), KILL_SECONDS)
        except TimeoutError:
            raise RuntimeError(f"{self.name} did not end {KILL_SECONDS:g} s after SIGKILL") from None
        self._reader.cancel()
        self._child._transport.close()  # type: ignore[attr-defined]  # noqa: SLF001 - no other way to let go of what others hold open
        self.log.close()

    async def _own_end(self) -> int:
        """Wait for the child's own end; asyncio waits while others hold its output, too (python/cpython#119710)."""
        waiting = asyncio.ensure_future(self._child.wait())
        try:
            while self._child.returncode is None:
                await asyncio.wait([waiting], timeout=LOOK_SECONDS)
        finally:
            waiting.cancel()
        return self._child.returncode

    def end(self, excess: str) -> None:
        """Kill it and its group because it took too much, and keep why."""
        self.excess = self.excess or excess
        if self.returncode is None:
            kill_group(self.pid)

    def signal(self, number: signal.Signals) -> None:
        """Send a signal to the child alone."""
        with contextlib.suppress(ProcessLookupError):
            self._child.send_signal(number)

    async def _read(self) -> None:
        if self._child.stdout is None:
            raise RuntimeError(f"{self.name} was started without a pipe")
        while chunk := await self._child.stdout.read(CHUNK_BYTES):
            self.heard(chunk)
            if self.log.flooded:
                break
        self._reader_ended()

    def _reader_ended(self) -> None:
        """Wake whoever waits for a line that will not come."""
        asyncio.get_running_loop().call_soon(self._news.set)


class Launch(Protocol):
    """How a part of a stack has its server started, wherever that is."""

    async def __call__(
        self,
        name: str,
        argv: Sequence[str | Path],
        *,
        environ: Mapping[str, str],
        identity: Identity | None = None,
        stdin: bytes | None = None,
    ) -> Running:
        """Start it, and return it under way."""


async def launch_here(
    name: str,
    argv: Sequence[str | Path],
    *,
    environ: Mapping[str, str],
    identity: Identity | None = None,
    stdin: bytes | None = None,
) -> Process:
    """Start a part's server beside us."""
    return await Process.start(name, argv, environ=environ, cwd=Path("/"), identity=identity, stdin=stdin)
