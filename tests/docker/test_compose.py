"""The stack for people: `docker-compose.yml` brings the service up with all its parts, and takes everything down."""

from __future__ import annotations

import json
import os
import re
import shutil
import socket
import subprocess
import time
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final
from urllib.request import Request, urlopen
from uuid import uuid4

import pytest
import yaml

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

REPOSITORY: Final = Path(__file__).parents[2]
FILE: Final = REPOSITORY / "docker-compose.yml"
IMAGE: Final = "interview-workbench"
UP_SECONDS: Final = 300.0  # the service's requirements are downloaded
WAIT_SECONDS: Final = 120.0  # a busy machine takes its time to import everything
PARTS: Final = ("api", "worker", "migrate", "queue", "install", "db", "redis", "sqs")
LABEL: Final = "label=com.docker.compose.project="


def docker(*arguments: str) -> str:
    """Return what the docker command prints; nothing where there is none, or no engine answers."""
    try:
        done = subprocess.run(["docker", *arguments], capture_output=True, text=True, timeout=30, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return done.stdout.strip() if done.returncode == 0 else ""


@cache
def compose_command() -> tuple[str, ...]:
    """Return the compose command of this machine, as a plugin or by itself; none where there is neither."""
    if docker("compose", "version"):
        return ("docker", "compose")
    return ("docker-compose",) if shutil.which("docker-compose") else ()


@pytest.fixture(scope="module")
def engine() -> None:
    """Skip where no engine answers, or fail where one has to be there."""
    missing = {
        "a Docker engine": not docker("version", "--format", "{{.Server.Version}}"),
        "a compose command": not compose_command(),
        f"the image {IMAGE} (python -m checker.docker)": not docker("image", "inspect", IMAGE),
    }
    lacking = [name for name, lacks in missing.items() if lacks]
    if lacking and os.environ.get("WORKBENCH_TEST_DOCKER") == "1":
        pytest.fail(f"without {' and '.join(lacking)} this cannot be tested")
    if lacking:
        pytest.skip(f"without {' and '.join(lacking)}")


@dataclass
class Project:
    """A project of compose that is up, on ports of its own."""

    name: str

    def compose(self, *arguments: str) -> str:
        """Run compose on the project and return what it printed."""
        ports = {f"{part}_PORT": "0" for part in ("API", "POSTGRES", "REDIS", "SQS")}
        done = subprocess.run(
            [*compose_command(), "--project-name", self.name, "--file", str(FILE), *arguments],
            env={**os.environ, **ports},
            capture_output=True,
            text=True,
            timeout=UP_SECONDS,
            check=False,
        )
        assert done.returncode == 0, f"{arguments}: {done.stdout}{done.stderr}"
        return done.stdout.strip()

    def address(self, service: str, port: int) -> tuple[str, int]:
        """Return where a port of a service is reached."""
        host, _, found = self.compose("port", service, str(port)).rpartition(":")
        return host, int(found)

    def left(self) -> list[str]:
        """Name everything that the engine holds of the project."""
        listed = (("ps", "--all"), ("network", "ls"), ("volume", "ls"))
        return [line for command in listed for line in docker(*command, "-q", "--filter", LABEL + self.name).split()]

    @cached_property
    def api(self) -> tuple[str, int]:
        """Where the API is reached."""
        return self.address("api", 8000)

    def request(self, path: str, body: Any = None) -> Any:
        """Ask the API."""
        host, port = self.api
        data = None if body is None else json.dumps(body).encode()
        asked = Request(f"http://{host}:{port}{path}", data, {"Content-Type": "application/json"})
        with urlopen(asked, timeout=10) as answer:  # noqa: S310 - likewise
            return json.load(answer)


def wait_for(look: Callable[[], Any], what: str) -> Any:
    """Return what `look` returns once that is true; failures of the connection count as not yet."""
    deadline, trouble = time.monotonic() + WAIT_SECONDS, "nothing"
    while time.monotonic() < deadline:
        try:
            if found := look():
                return found
        except OSError as error:
            trouble = str(error)
        time.sleep(0.1)
    pytest.fail(f"{what} did not come within {WAIT_SECONDS:g} s ({trouble})")


@pytest.fixture(scope="module")
def project(engine: None) -> Iterator[Project]:  # noqa: ARG001 - it has to answer
    """Bring the whole stack up, and take it down again whatever happens; nothing is left of it then."""
    project = Project(f"wb-compose-{uuid4().hex[:8]}")
    try:
        project.compose("up", "--detach")
        assert len(project.left()) > len(PARTS)
        yield project
    finally:
        project.compose("down", "--volumes", "--remove-orphans", "--timeout", "5")
    assert project.left() == []


def test_the_worker_completes_a_task(project: Project) -> None:
    """A task that is made over HTTP is stored, announced, and completed by the worker."""
    wait_for(lambda: project.request("/health"), "the API")
    task = project.request("/tasks", {"title": "Water the plants"})
    assert task["status"] == "pending"
    wait_for(lambda: project.request(f"/tasks/{task['id']}")["status"] == "completed", "a completed task")


def test_redis_answers(project: Project) -> None:
    """A client outside and the service's own containers reach Redis."""

    def pong() -> bool:
        with socket.create_connection(project.address("redis", 6379), timeout=5) as server:
            server.sendall(b"PING\r\n")
            return server.recv(16) == b"+PONG\r\n"

    wait_for(pong, "Redis's answer")
    wait_for(lambda: project.request("/health"), "the API")
    code = (
        "import socket; s = socket.create_connection(('redis', 6379), 5); s.sendall(b'PING\\r\\n'); print(s.recv(16))"
    )
    assert "+PONG" in project.compose("exec", "-T", "api", "python3", "-c", code)


@pytest.fixture
def services() -> Any:
    """Return the services of the file."""
    return yaml.safe_load(FILE.read_text(encoding="utf-8"))["services"]


def test_nothing_starts_before_what_it_needs(services: Any) -> None:
    """API and worker wait for the migration and the queue, and these for servers that are healthy."""
    for name in ("api", "worker"):
        waits = {part: need["condition"] for part, need in services[name]["depends_on"].items()}
        assert waits["migrate"] == waits["queue"] == "service_completed_successfully"
        assert waits["redis"] == "service_healthy"
    assert services["migrate"]["depends_on"]["db"]["condition"] == "service_healthy"
    assert services["queue"]["depends_on"]["sqs"]["condition"] == "service_healthy"
    assert all("healthcheck" in services[name] for name in ("api", "db", "redis", "sqs"))


def test_every_image_is_ours_or_named_by_a_variable(services: Any) -> None:
    """Nothing but the one image has to be there; each server's can be named, and no port leaves this machine."""
    images = {name: re.fullmatch(r"\$\{(\w+):-([\w-]+)\}", service["image"]) for name, service in services.items()}
    assert {match[2] for match in images.values() if match} == {IMAGE}
    named = {name: match[1] for name, match in images.items() if match}
    assert (named["db"], named["redis"], named["sqs"]) == ("POSTGRES_IMAGE", "REDIS_IMAGE", "SQS_IMAGE")
    assert set(named) == set(services) == set(PARTS)
    ports = [port for service in services.values() for port in service.get("ports", [])]
    assert all(port.startswith("127.0.0.1:") for port in ports)


@pytest.mark.parametrize("script", sorted((REPOSITORY / "docker").glob("*.sh")), ids=lambda path: path.name)
def test_every_script_parses_and_is_used(script: Path) -> None:
    """What the containers run is shell that any `sh` reads, and no script lies about unused."""
    assert subprocess.run(["sh", "-n", script], check=False).returncode == 0
    assert f"/parts/{script.name}" in FILE.read_text(encoding="utf-8")
