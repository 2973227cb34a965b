"""What a stack is to the runner, whatever it is made of."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from checker.control import AsyncControlClient
    from checker.processes import Running
    from checker.programs import Program
    from checker.runner.job import Job, Patience


@dataclass(frozen=True)
class Overrun:
    """What a submission took too much of, as a sentence, and the last lines of the process that did, if one did."""

    cause: str
    log: str = ""


class Stack(Protocol):
    """The parts of one run, and the place where its submission's processes are started."""

    name: str
    isolation: str
    files: Path  # the submission, once it was received, as our own side reads it
    venv: Path  # the submission's environment, as its own processes see it
    model_venv: Path  # the model solution's, where the job brings one
    submission_root: str  # where a process of the submission sees its files
    patience: Patience  # how long the submission may take
    model_database_url: str  # `DATABASE_URL` of the model solution, whose database a suite makes

    async def start(self) -> None:
        """Start every part, side by side; `InfrastructureError` where one does not come up."""

    async def receive(self, job: Job) -> None:
        """Take the submission whose processes are to be started from now on."""

    def hear(self, message: dict[str, Any]) -> None:
        """Take a message from the process that began the run."""

    def client_folder(self, job: Job) -> Path:
        """Return the folder of the Lambda runtime client as the worker sees it."""

    async def stop(self) -> None:
        """End everything that was started, also what was started half; may be called twice."""

    def free_port(self) -> int:
        """Return a port of the run's loopback that nothing else of the run uses."""

    def environment(self, lane_port: int) -> dict[str, str]:
        """Return the contract's environment for a process that reaches the queue through `lane_port`."""

    def has_program(self, program: Program) -> bool:
        """Whether the submission's environment holds the program at all."""

    async def launch(self, name: str, program: Program) -> Running:
        """Start a process of the submission; its log is kept under `name`."""

    async def memory(self, process: Running) -> int:
        """Return how much memory a process of the submission, with all that it started, has to itself, in bytes."""

    def dead_parts(self) -> list[str]:
        """Name the parts that have ended though nobody ended them."""

    def overrun(self) -> Overrun | None:
        """Tell what the submission took more of than it may, once it did; what it broke by that is its own doing."""

    def addresses(self) -> Mapping[str, str]:
        """Return what the suite needs to observe from outside: connection strings, sockets."""

    async def control(self, part: str) -> AsyncControlClient:
        """Open a control channel to `queue` or `functions`."""

    async def explain(self) -> None:
        """Let the database log the plan of every statement of the submission's sessions that begin from now on."""

    async def database_log(self, begin: str, end: str) -> list[str]:
        """Return what the database logged between the lines that hold `begin` and `end`, once `end` is there."""

    async def restart_cache(self, *, running: bool) -> None:
        """End the cache's process, or start it again, empty."""

    @property
    def scratch(self) -> Path:
        """A folder of the run's own, unseen by the submission."""
