"""The local stack: processes of this machine, no Docker.

It runs inside the run's outer shell (`checker.isolation`), where that can be had; the loopback is then the run's own.
"""

from __future__ import annotations

import asyncio
import secrets
import shutil
import socket
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Final

from checker.isolation import VOLATILE_BYTES, Isolation, Mounts, System, inner_command, write_etc
from checker.parts.postgres import Postgres
from checker.parts.queue_process import QueueProcess
from checker.parts.valkey import Valkey
from checker.processes import Limits, Process
from checker.stacks.base import Overrun
from checker.stacks.watch import OF_PART, OF_SUBMISSION, Watcher, memory_of

if TYPE_CHECKING:
    from checker.control import AsyncControlClient
    from checker.processes import Running
    from checker.programs import Program
    from checker.runner.job import Job, Preparation

SUBMISSION: Final = "/submission"  # where a submission's process sees its files
REGION: Final = "us-east-1"
ACCESS_KEY: Final = "local"
QUEUE: Final = "tasks"
RESERVE_BYTES: Final = 16 * 1024 * 1024  # of the run's disk in memory; PostgreSQL fails somewhat before it is full


@dataclass(frozen=True)
class View:
    """Whose files a process gets, and what it sees of this machine; everything where there is no shell."""

    files: Path
    mounts: Mounts | None = None


class LocalStack:
    """See `checker.stacks.base.Stack`."""

    name = "local"

    def __init__(self, preparation: Preparation) -> None:
        self._ports: set[int] = set()
        self._volatile = preparation.folder / "volatile"
        self._hidden = tuple(map(Path, preparation.hidden))
        self._jwt_secret = secrets.token_hex(24)
        self._own: list[tuple[str, Process]] = []
        self._of_model: list[tuple[str, Process]] = []  # whose excess would be nobody's fault but ours
        self._watcher = Watcher()
        self._watching: asyncio.Task[None] | None = None
        self._views: dict[bool, View] = {}
        self.files = self.venv = self.model_venv = Path("/nonexistent")
        self._isolation = Isolation(preparation.isolation)
        self.isolation = preparation.isolation
        self.patience = preparation.patience
        self.submission_root = SUBMISSION
        self.postgres = Postgres(self._volatile / "postgres", self.free_port())
        self.valkey = Valkey(self._volatile, self.free_port())
        self.queue = QueueProcess(self._volatile)

    @property
    def scratch(self) -> Path:
        """A folder of the run's own, unseen by the submission."""
        return self._volatile

    async def start(self) -> None:
        """Start every part, side by side."""
        (self._volatile / "postgres").mkdir(mode=0o700)
        async with asyncio.TaskGroup() as group:
            group.create_task(self.queue.start())  # it takes longest, and does its work in a process of its own
            group.create_task(self.valkey.start())
            group.create_task(self.postgres.start())
        self._watch_parts()
        self._watching = asyncio.create_task(self._watcher.run())

    def receive(self, job: Job) -> None:
        """Take the submission whose processes are to be started from now on."""
        self.files, self.venv, self.model_venv = Path(job.submission), Path(job.venv), Path(job.model_venv)
        if self._isolation is Isolation.NONE:
            self.submission_root = job.submission
            self._views = {False: View(self.files), True: View(Path(job.model))}
            return
        etc = write_etc(self._volatile / "etc")
        self._views = {
            False: View(self.files, self._look_around(self.files, self.venv, etc)),
            True: View(Path(job.model), self._look_around(Path(job.model), self.model_venv, etc)),
        }

    async def stop(self) -> None:
        """End everything, the submission's processes first."""
        own, self._own, self._of_model = [*self._own, *self._of_model], [], []
        if self._watching is not None:
            self._watching.cancel()
        await asyncio.gather(*[process.kill() for _, process in own])
        await asyncio.gather(self.queue.stop(), self.valkey.stop(), self.postgres.stop())

    def free_port(self) -> int:
        """Return a free port of the loopback; none is given out twice."""
        while True:
            with socket.socket() as probe:
                probe.bind(("127.0.0.1", 0))
                port: int = probe.getsockname()[1]
            if port not in self._ports:
                self._ports.add(port)
                return port

    def environment(self, lane_port: int) -> dict[str, str]:
        """Return the environment of the contract, section 1."""
        endpoint = f"http://127.0.0.1:{lane_port}"
        return {
            "DATABASE_URL": self.postgres.url,
            "SQS_QUEUE_URL": f"{endpoint}/000000000000/{QUEUE}",
            "AWS_ENDPOINT_URL": endpoint,
            "AWS_DEFAULT_REGION": REGION,
            "AWS_ACCESS_KEY_ID": ACCESS_KEY,
            "AWS_SECRET_ACCESS_KEY": ACCESS_KEY,
            "REDIS_URL": self.valkey.url,
            "JWT_SECRET": self._jwt_secret,
            "JWT_EXPIRE_MINUTES": "30",
            "LOG_LEVEL": "INFO",
        }

    def has_program(self, program: Program) -> bool:
        """Whether the submission's environment holds the program at all."""
        return Path(program.argv[0]).exists()

    async def launch(self, name: str, program: Program) -> Process:
        """Start a process of the submission, in the inner shell where there is one."""
        process = await Process.start(
            name,
            [*self._shell(program), *program.argv],
            environ=program.environ,
            cwd=self._views[program.of_model].files,
            limits=Limits(),
            stdin=program.stdin,
        )
        (self._of_model if program.of_model else self._own).append((program.title, process))
        self._watcher.add(process, OF_SUBMISSION)
        return process

    async def memory(self, process: Running) -> int:
        """Return the proportional set size of a process with all its descendants."""
        if not isinstance(process, Process):
            raise TypeError(f"{process.name} is not of this machine")
        return memory_of(process.pid)

    def dead_parts(self) -> list[str]:
        """Name the parts that have ended though nobody ended them."""
        return [part.name for part in self._parts() if part.returncode is not None]

    def overrun(self) -> Overrun | None:
        """Tell what the submission took more of than it may."""
        for title, process in self._own:
            if process.excess:
                return Overrun(f"{title} was ended: {process.excess}", process.log.last())
        for part in self._parts():
            if part.excess:
                return Overrun(f"what the submission asked of {part.name} was too much: {part.excess}")
        if self._isolation is Isolation.NAMESPACES and shutil.disk_usage(self._volatile).free < RESERVE_BYTES:
            return Overrun(f"the submission filled the database's disk of {VOLATILE_BYTES // 2**30} GiB")
        return None

    def _watch_parts(self) -> None:
        for part in self._parts():
            self._watcher.add(part, OF_PART)

    def _parts(self) -> list[Process]:
        """Return the processes of the parts that were started."""
        parts = [self.postgres.process, self.valkey.process, self.queue.process]
        return [part for part in parts if part is not None]

    def addresses(self) -> dict[str, str]:
        """Return what the suite observes by."""
        return {
            "observer": self.postgres.dsn("observer"),
            "grader": self.postgres.dsn("grader"),
            "cache": self.valkey.admin_url,
            "jwt_secret": self._jwt_secret,
            **self.queue.addresses(),
        }

    async def control(self, part: str) -> AsyncControlClient:
        """Open a control channel to `queue` or `functions`."""
        return await self.queue.connect(part)

    async def explain(self) -> None:
        """Let the database log the plan of every statement of the submission's sessions that begin from now on."""
        await self.postgres.explain()

    async def database_log(self, begin: str, end: str) -> list[str]:
        """Return what the database logged between the lines that hold `begin` and `end`, once `end` is there."""
        return await self.postgres.logged(begin, end)

    async def restart_cache(self, *, running: bool) -> None:
        """End the cache's process, or start it again, empty."""
        await self.valkey.die()
        if running:
            await self.valkey.start()
            self._watch_parts()

    def _shell(self, program: Program) -> list[str]:
        mounts = self._views[program.of_model].mounts
        if mounts is None:
            return []
        extra = tuple((path, str(path)) for path in program.reads)
        return inner_command(replace(mounts, read_only=(*mounts.read_only, *extra)), program.environ)

    def _look_around(self, files: Path, venv: Path, etc: Path) -> Mounts:
        """Return what every process of the submission, or of the model solution, sees."""
        return Mounts(System(self._hidden), ((venv, str(venv)), (files, SUBMISSION)), etc, SUBMISSION)
