"""The local stack: processes of this machine, no Docker.

It runs inside the run's outer shell (`checker.isolation`), where that can be had; the loopback is then the run's own.
"""

from __future__ import annotations

import asyncio
import shutil
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from checker import programs
from checker.isolation import VOLATILE_BYTES, Isolation, Mounts, System, inner_command, write_etc
from checker.processes import Limits, Process, launch_here
from checker.runner.job import Job
from checker.stacks.base import Overrun
from checker.stacks.parts import SUBMISSION, StackOfParts
from checker.stacks.standby import Standby
from checker.stacks.watch import OF_PART, OF_SUBMISSION, Watcher, memory_of

if TYPE_CHECKING:
    from checker.processes import Running
    from checker.programs import Program
    from checker.runner.job import Preparation

RESERVE_BYTES: Final = 16 * 1024 * 1024  # of the run's disk in memory; PostgreSQL fails somewhat before it is full


@dataclass(frozen=True)
class View:
    """Whose files a process gets, and what it sees of this machine; everything where there is no shell."""

    files: Path
    mounts: Mounts | None = None


class LocalStack(StackOfParts):
    """See `checker.stacks.base.Stack`."""

    name = "local"

    def __init__(self, preparation: Preparation) -> None:
        super().__init__(preparation, launch_here)
        self._hidden = tuple(map(Path, preparation.hidden))
        self._own: list[tuple[str, Process]] = []
        self._of_model: list[tuple[str, Process]] = []  # whose excess would be nobody's fault but ours
        self._watcher = Watcher()
        self._watching: asyncio.Task[None] | None = None
        self._views: dict[bool, View] = {}
        self._standby = Standby(self._start)
        self._expecting: asyncio.Task[None] | None = None
        self.files = self.venv = self.model_venv = Path("/nonexistent")
        self._isolation = Isolation(preparation.isolation)
        self.submission_root = SUBMISSION

    async def start(self) -> None:
        """Start every part, and look at what they take."""
        await super().start()
        self._watch_parts()
        self._watching = asyncio.create_task(self._watcher.run())

    async def receive(self, job: Job) -> None:
        """Take the submission whose processes are to be started from now on."""
        if self._expecting is not None:
            await self._expecting
        if not self._standby.serves(job):
            await self._standby.dismiss()
        self._look(job)
        await self._standby.begin(job, self._first_programs())

    async def _expect(self, job: Job) -> None:
        """Have everything ready for a submission whose files are not there yet."""
        self._look(job)
        worker = programs.worker(self.venv, {}, Path(job.client))
        await self._standby.begin(job, (*self._first_programs(), worker))

    def _first_programs(self) -> tuple[Program, ...]:
        """Return what every run starts with; the rest of its environment comes with the order."""
        return programs.migration(self.venv, {}), programs.api(self.venv, {}, 0)

    def _look(self, job: Job) -> None:
        """Take in what a job's processes are to see."""
        self.files, self.venv, self.model_venv = Path(job.submission), Path(job.venv), Path(job.model_venv)
        if self._isolation is Isolation.NONE:
            self.submission_root = job.submission
            self._views = {False: View(self.files), True: View(Path(job.model))}
            return
        etc = self._volatile / "etc"
        if not etc.is_dir():
            write_etc(etc)
        self._views = {
            False: View(self.files, self._look_around(self.files, self.venv, etc)),
            True: View(Path(job.model), self._look_around(Path(job.model), self.model_venv, etc)),
        }

    def hear(self, message: dict[str, Any]) -> None:
        """Take a message from the process that began the run: the job that it expects."""
        self._expecting = asyncio.create_task(self._expect(Job.from_data(message["expect"])))

    def client_folder(self, job: Job) -> Path:
        """Return the folder of the Lambda runtime client as the worker sees it."""
        return Path(job.client)

    async def stop(self) -> None:
        """End everything, the submission's processes first."""
        if self._expecting is not None:
            self._expecting.cancel()
        own, self._own, self._of_model = [*self._own, *self._of_model], [], []
        if self._watching is not None:
            self._watching.cancel()
        await asyncio.gather(*[process.kill() for _, process in own])
        await super().stop()

    def has_program(self, program: Program) -> bool:
        """Whether the submission's environment holds the program at all."""
        return Path(program.argv[0]).exists()

    async def launch(self, name: str, program: Program) -> Process:
        """Start a process of the submission, in the inner shell where there is one."""
        return await self._standby.take(name, program) or await self._start(name, program)

    async def _start(self, name: str, program: Program) -> Process:
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

    def overrun(self) -> Overrun | None:
        """Tell what the submission took more of than it may."""
        for title, process in self._own:
            if process.excess:
                return Overrun(f"{title} was ended: {process.excess}", process.log.last())
        for part in self.parts():
            if part.excess:
                return Overrun(f"what the submission asked of {part.name} was too much: {part.excess}")
        if self._isolation is Isolation.NAMESPACES and shutil.disk_usage(self._volatile).free < RESERVE_BYTES:
            return Overrun(f"the submission filled the database's disk of {VOLATILE_BYTES // 2**30} GiB")
        return None

    async def restart_cache(self, *, running: bool) -> None:
        """End the cache's process, or start it again, empty."""
        await super().restart_cache(running=running)
        self._watch_parts()

    def _watch_parts(self) -> None:
        for part in self.parts():
            if isinstance(part, Process):
                self._watcher.add(part, OF_PART)

    def _shell(self, program: Program) -> list[str]:
        mounts = self._views[program.of_model].mounts
        if mounts is None:
            return []
        extra = tuple((path, str(path)) for path in program.reads)
        return inner_command(replace(mounts, read_only=(*mounts.read_only, *extra)), program.environ)

    def _look_around(self, files: Path, venv: Path, etc: Path) -> Mounts:
        """Return what every process of the submission, or of the model solution, sees."""
        return Mounts(System(self._hidden), ((venv, str(venv)), (files, SUBMISSION)), etc, SUBMISSION)
