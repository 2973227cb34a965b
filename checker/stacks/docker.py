"""The Docker stack, from inside: the runner and the suite in one container, all else in containers beside it.

They share a loopback and nothing more; the runner asks the process that began the run for every container, through
its own standard input and output (`checker.stacks.remote`), and never speaks to the engine itself.
"""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from checker.parts.functions.client import runtime_client_folder
from checker.stacks.base import Overrun
from checker.stacks.parts import SUBMISSION, StackOfParts
from checker.stacks.remote import RemoteProcess, Wire

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from checker.processes import Identity, Running
    from checker.programs import Program
    from checker.runner.job import Job, Preparation

CLIENT: Final = Path("/opt/client")  # of the image (checker/docker/Dockerfile)
DRIVERS: Final = "/driver"  # where a script of a suite's lies in a container of the submission's
RESERVE_BYTES: Final = 16 * 1024 * 1024  # of the volume; PostgreSQL fails somewhat before it is full


class DockerStack(StackOfParts):
    """See `checker.stacks.base.Stack`."""

    name = "docker"

    def __init__(self, preparation: Preparation, send: Callable[[dict[str, Any]], None]) -> None:
        self._wire = Wire(send)
        self._own: list[tuple[str, RemoteProcess]] = []
        self._programs: frozenset[str] = frozenset()
        self.files = self.venv = self.model_venv = Path("/nonexistent")
        self.submission_root = SUBMISSION
        super().__init__(preparation, self._launch_part)
        self._volatile.mkdir(exist_ok=True)

    def hear(self, message: dict[str, Any]) -> None:
        """Take a message from the process that began the run."""
        self._wire.hear(message)

    async def receive(self, job: Job) -> None:
        """Take the submission whose processes are to be started from now on."""
        self.files, self.venv, self.model_venv = Path(job.submission), Path(job.venv), Path(job.model_venv)
        self._programs = frozenset(job.programs)

    def client_folder(self, _job: Job) -> Path:
        """Return the folder of the Lambda runtime client as the worker sees it."""
        return runtime_client_folder(CLIENT)

    async def stop(self) -> None:
        """Leave everything to the process that began the run, which removes all its containers at once."""

    def has_program(self, program: Program) -> bool:
        """Whether the submission's environment holds the program at all."""
        return Path(program.argv[0]).name in self._programs

    async def launch(self, name: str, program: Program) -> RemoteProcess:
        """Start a process of the submission in a container of its own; a script of the suite's is brought along."""
        scripts = {str(path): f"{DRIVERS}/{path.name}" for path in program.reads if path.suffix == ".py"}
        process = self._wire.start(
            "model" if program.of_model else "submission",
            name,
            [scripts.get(word, word) for word in program.argv],
            environ=program.environ,
            cwd=SUBMISSION,
            files={target: text_of(source) for source, target in scripts.items()},
            stdin=program.stdin,
        )
        if not program.of_model:
            self._own.append((program.title, process))
        return process

    async def memory(self, process: Running) -> int:
        """Return the anonymous memory of a process with all its descendants."""
        if not isinstance(process, RemoteProcess):
            raise TypeError(f"{process.name} is in no container of its own")
        return await self._wire.memory(process)

    def overrun(self) -> Overrun | None:
        """Tell what the submission took more of than it may."""
        for title, process in self._own:
            if process.excess:
                return Overrun(f"{title} was ended: {process.excess}", process.log.last())
        for part in self.parts():
            if part.excess:
                return Overrun(f"what the submission asked of {part.name} was too much: {part.excess}")
        if shutil.disk_usage(self._volatile).free < RESERVE_BYTES:
            return Overrun("the submission filled the database's disk of 1 GiB")
        return None

    async def _launch_part(
        self,
        name: str,
        argv: Sequence[str | Path],
        *,
        environ: Mapping[str, str],
        identity: Identity | None = None,
        stdin: bytes | None = None,
    ) -> RemoteProcess:
        """Start a part's server in the container that is meant for it; all of ours run as one user there."""
        del identity
        return self._wire.start(name, name, argv, environ=environ, stdin=stdin)


def text_of(path: str) -> str:
    """Return the text of a script of ours."""
    return Path(path).read_text(encoding="utf-8")
