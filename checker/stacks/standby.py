"""Processes of a submission's that are started before they are wanted, and have imported what takes long by then."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from checker.processes import Process
    from checker.programs import Program
    from checker.runner.job import Job

SCRIPT: Final = Path(__file__).with_name("on_order.py")


class Standby:
    """The processes that wait, each for the first program of its role; they expect the submission of one job."""

    def __init__(self, start: Callable[[str, Program], Awaitable[Process]]) -> None:
        self._start = start
        self._expected: Job | None = None
        self._waiting: dict[str, Process] = {}

    def serves(self, job: Job) -> bool:
        """Whether what waits here has imported nothing but what the job's submission imports, from where it does."""
        had = self._expected
        if had is None or (had.venv, had.client) != (job.venv, job.client):
            return False
        return all({*modules} <= {*job.slow.get(role, ())} for role, modules in had.slow.items())

    async def begin(self, job: Job, programs: tuple[Program, ...]) -> None:
        """Start a process for each of the programs, as far as there is something to import."""
        self._expected = job
        for program in programs:
            if program.role not in self._waiting and (process := await self._start_waiting(program.role, program)):
                self._waiting[program.role] = process

    async def take(self, name: str, program: Program) -> Process | None:
        """Have a process become the program: the one that waits for it, or else a new one.

        None where there is nothing to import before. A new one is worth it, as it imports more quickly.
        """
        if program.of_model or not program.role:
            return None
        process = self._waiting.pop(program.role, None)
        if process is None or process.returncode is not None:
            process = await self._start_waiting(name, program)
        if process is not None:
            process.name = name
            process.write(json.dumps({"argv": program.script, "environ": dict(program.environ)}).encode() + b"\n")
        return process

    async def _start_waiting(self, name: str, program: Program) -> Process | None:
        modules = self._expected.slow.get(program.role) if self._expected else None
        if self._expected is None or not modules:
            return None
        python = str(Path(self._expected.venv) / "bin" / "python")
        argv = (python, "-c", SCRIPT.read_text(encoding="utf-8"), *modules)
        return await self._start(name, replace(program, argv=argv, stdin=b""))

    async def dismiss(self) -> None:
        """End what waits."""
        waiting, self._waiting, self._expected = [*self._waiting.values()], {}, None
        for process in waiting:
            await process.kill()
