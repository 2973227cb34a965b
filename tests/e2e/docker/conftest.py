"""The console script on an engine that answers: skipped where there is none, unless `WORKBENCH_TEST_DOCKER=1`."""

from __future__ import annotations

import os
import subprocess
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import pytest

from checker.docker.containers import LABEL, LEASE
from checker.docker.engine import client
from checker.docker.image import find_image
from checker.errors import InfrastructureError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from tests.e2e.conftest import Bench, Ended

GONE_SECONDS: Final = 5.0
NEEDED: Final = ("WORKBENCH_BASE_IMAGE", "DOCKER_HOST")


@dataclass
class Containers:
    """A bench whose checks take place in containers."""

    bench: Bench

    def start(self, *arguments: str | Path, environ: Mapping[str, str] | None = None) -> subprocess.Popen[str]:
        """Start the console script and go on."""
        kept = {name: os.environ[name] for name in NEEDED if name in os.environ}
        return self.bench.start(*arguments, environ={**kept, **(environ or {})})

    def check(self, kata: str, submission: Path, *, environ: Mapping[str, str] | None = None) -> Ended:
        """Run `check --stack docker` for a verdict as JSON."""
        return self.bench.end(self.begin(kata, submission, environ=environ))

    def begin(self, kata: str, submission: Path, *, environ: Mapping[str, str] | None = None) -> subprocess.Popen[str]:
        """Start `check --stack docker` for a verdict as JSON."""
        arguments = ("check", kata, "--path", submission, "--stack", "docker", "--format", "json")
        return self.start(*arguments, environ=environ)

    def container(self, kind: str) -> str:
        """Return the id of the one container whose name has `kind` in it."""
        names = [one for one in self.resources() if kind in str(one.get("Names"))]
        assert len(names) == 1
        return str(names[0]["Id"])

    def resources(self) -> list[dict[str, Any]]:
        """Return the containers and volumes that the engine holds of this bench's runs."""
        wanted = {"label": LABEL}
        found = [*client().containers(all=True, filters=wanted), *(client().volumes(filters=wanted)["Volumes"] or ())]
        return [one for one in found if one["Labels"][LEASE].startswith(str(self.bench.root))]

    def left(self) -> list[dict[str, Any]]:
        """Return what is there of runs that are over, once there was time for it to go."""
        deadline = time.monotonic() + GONE_SECONDS
        while (found := self.resources()) and time.monotonic() < deadline:
            time.sleep(0.05)
        return found


@pytest.fixture(scope="session")
def image() -> str:
    """Return the image, built first where it is missing."""
    try:
        return find_image()
    except InfrastructureError as error:
        if os.environ.get("WORKBENCH_TEST_DOCKER") == "1":
            pytest.fail(f"no containers: {error.message}")
        pytest.skip(f"no containers: {error.message}")


@pytest.fixture
def containers(bench: Bench, image: str) -> Iterator[Containers]:
    """Give a bench for containers; nothing may be left of its runs."""
    del image
    found = Containers(bench)
    yield found
    assert found.left() == []
