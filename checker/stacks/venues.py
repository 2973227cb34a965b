"""Where checks take place: on this machine, or in containers. What belongs to the other one is not imported."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from checker.errors import InfrastructureError, UsageError

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from checker.catalog import Catalog
    from checker.docker.engine import Engine
    from checker.runner.job import Preparation
    from checker.stacks.live import Run
    from checker.submission import Submission


STACKS: Final = ("local", "docker")


class Venue(ABC):
    """What a check needs to know of the place where it is made."""

    def __init__(self, catalog: Catalog, *, offline: bool = False) -> None:
        self.catalog = catalog
        self.offline = offline  # whether nothing may be downloaded for a submission

    @abstractmethod
    def isolation(self) -> str:
        """Say how a submission is kept apart here; `InfrastructureError` where that cannot be told."""

    @abstractmethod
    def begin(self, preparation: Preparation, tell: Callable[[str], None]) -> Run:
        """Begin a run; `tell` hears of what has to be made for it first, which can take a minute."""

    @abstractmethod
    def environment(self, submission: Submission, tell: Callable[[str], None]) -> Path:
        """Return the submission's environment, making it first where it is new."""


class Local(Venue):
    """Processes of this machine."""

    def isolation(self) -> str:
        """Say how a submission is kept apart here."""
        from checker.isolation import available

        return str(available())

    def begin(self, preparation: Preparation, tell: Callable[[str], None]) -> Run:
        """Begin a run."""
        from checker.stacks.launch_local import LocalRun

        del tell
        return LocalRun(preparation)

    def environment(self, submission: Submission, tell: Callable[[str], None]) -> Path:
        """Return the submission's environment."""
        from checker.environment import find_environment

        return find_environment(submission, tell, hidden=self.catalog.secrets(), offline=self.offline)


@dataclass(frozen=True)
class Containers:
    """What containers are made of and by."""

    engine: Engine
    image: str


class Docker(Venue):
    """Containers of a Docker engine."""

    def __init__(self, catalog: Catalog, *, offline: bool = False) -> None:
        super().__init__(catalog, offline=offline)
        self._containers: Containers | None = None

    def isolation(self) -> str:
        """Say how a submission is kept apart here."""
        from checker.docker.engine import engine

        return engine().isolation

    def begin(self, preparation: Preparation, tell: Callable[[str], None]) -> Run:
        """Begin a run, the image built first where it is missing."""
        from checker.stacks.launch_docker import DockerRun

        found = self._find(tell)
        told = replace(preparation, isolation=found.engine.isolation)
        return DockerRun(told, found.image, found.engine, self.catalog.content.suites)

    def environment(self, submission: Submission, tell: Callable[[str], None]) -> Path:
        """Return the submission's environment."""
        from checker.docker.environments import find_environment
        from checker.requirements import require_plain

        require_plain(submission.folder)
        found = self._find(tell)
        return find_environment(submission, found.image, found.engine, tell, offline=self.offline)

    def _find(self, tell: Callable[[str], None]) -> Containers:
        """Find engine and image, once a venue."""
        from checker.docker.engine import engine
        from checker.docker.image import find_image
        from checker.docker.sweep import sweep

        if self._containers is None:
            sweep()
            self._containers = Containers(engine(), find_image(tell))
        return self._containers


def venue(catalog: Catalog, stack: str, *, offline: bool = False) -> Venue:
    """Return the venue of that name; `UsageError` where there is none."""
    if stack not in STACKS:
        raise UsageError(f"there is no stack {stack!r}", next_step=f"--stack {' or --stack '.join(STACKS)}")
    return Docker(catalog, offline=offline) if stack == "docker" else Local(catalog, offline=offline)


def said_isolation(place: Venue) -> str:
    """Say how a submission would have been kept apart, for a verdict that was reached before one was started."""
    try:
        return place.isolation()
    except InfrastructureError:
        return "unknown"
