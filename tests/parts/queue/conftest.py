"""One queue front, in a process of its own, for all tests here; each test opens its own lane and queue."""

from __future__ import annotations

import http.client
import itertools
import json
import os
import subprocess
import sys
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

import boto3
import pytest
from botocore.config import Config

from checker.control import ControlClient

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from contextlib import AbstractContextManager

TOKEN = "a token"  # noqa: S105 - of a process that lives as long as these tests
COMMAND = [sys.executable, "-I", "-X", "utf8", "-m", "checker.parts.queue"]
SESSION = boto3.Session("a key", "a secret", region_name="us-east-1")
ONE_ATTEMPT = Config(retries={"total_max_attempts": 1}, read_timeout=10)
NUMBERS = itertools.count()


@contextmanager
def running_process(folder: Path) -> Iterator[subprocess.Popen[bytes]]:
    """Run the front's process until the block ends; its socket is `folder`'s `control`."""
    settings = {"socket": str(folder / "control"), "token": TOKEN}
    environment = {"PATH": os.environ["PATH"], "MINISTACK_ACCOUNT_ID": "123456789012"}
    with subprocess.Popen(COMMAND, stdin=-1, stdout=-1, stderr=-1, cwd="/", env=environment) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        process.stdin.write(json.dumps(settings).encode() + b"\n")
        process.stdin.flush()
        assert json.loads(process.stdout.readline()) == {"ready": True}
        try:
            yield process
        finally:
            process.kill()


@dataclass(frozen=True)
class Bench:
    """A lane and a queue of one test, and the ways to reach them."""

    control: ControlClient
    lane: str
    port: int
    queue: str
    sqs: Any  # boto3's client, which has no static type

    @property
    def url(self) -> str:
        """The queue's URL on the lane."""
        return f"http://127.0.0.1:{self.port}/000000000000/{self.queue}"

    def plan(self, *faults: dict[str, Any], **fields: Any) -> None:
        """Order faults on the lane."""
        self.control.call("plan", lane=self.lane, plan={"faults": faults, **fields})

    def send(self, task_id: int = 1) -> Any:
        """Send a message by boto3."""
        return self.sqs.send_message(QueueUrl=self.url, MessageBody=json.dumps({"task_id": task_id}))

    def attempts(self, operation: str | None = None) -> list[dict[str, Any]]:
        """Return the lane's record."""
        attempts: list[dict[str, Any]] = self.control.call("attempts", lane=self.lane, operation=operation)
        return attempts

    def outcomes(self, operation: str | None = None) -> list[str]:
        """Return how the lane's attempts ended."""
        return [attempt["outcome"] for attempt in self.attempts(operation)]

    def counts(self) -> dict[str, int]:
        """Return the queue's counts."""
        counts: dict[str, int] = self.control.call("counts", queue=self.queue)
        return counts

    def post(self, body: bytes, headers: dict[str, str], path: str = "/") -> tuple[int, dict[str, str], bytes]:
        """Post without any SDK; return status, headers (lower case) and body."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=10)
        try:
            connection.request("POST", path, body, headers)
            answer = connection.getresponse()
            named = {name.lower(): value for name, value in answer.getheaders()}
            return answer.status, named, answer.read()
        finally:
            connection.close()


@pytest.fixture
def run_process() -> Callable[[Path], AbstractContextManager[subprocess.Popen[bytes]]]:
    """Return a way to run a front of one's own."""
    return running_process


@pytest.fixture(scope="session")
def control_path() -> Iterator[Path]:
    """Run a front; give its control socket."""
    with TemporaryDirectory() as folder, running_process(Path(folder)):
        yield Path(folder) / "control"


@pytest.fixture
def connect(control_path: Path) -> Iterator[Callable[[], ControlClient]]:
    """Return a way to connect to the front's control channel, as often as there are threads."""
    with ExitStack() as stack:

        def connected() -> ControlClient:
            client = ControlClient(control_path, TOKEN)
            stack.callback(client.close)
            return client

        yield connected


@pytest.fixture
def control(connect: Callable[[], ControlClient]) -> ControlClient:
    """Connect to the front's control channel."""
    return connect()


@pytest.fixture
def bench(control: ControlClient) -> Iterator[Bench]:
    """Open a fresh lane and make a fresh queue with a visibility time-out of 1 s."""
    name = f"tasks-{next(NUMBERS)}"
    port = control.call("lane_open", name=name)["port"]
    control.call("queue_create", name=name, visibility_seconds=1)
    sqs = SESSION.client("sqs", endpoint_url=f"http://127.0.0.1:{port}", config=ONE_ATTEMPT)
    yield Bench(control, name, port, name, sqs)
    sqs.close()
    control.call("lane_close", lane=name)
    control.call("queue_delete", name=name)
