"""What the tests of the function host share: a queue in memory, and a worker as a real process."""

from __future__ import annotations

import asyncio
import hashlib
import itertools
import json
import os
import sys
import textwrap
import time
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import pytest

from checker.parts.functions.client import LAUNCHER_FOLDER, runtime_client_folder, worker_command, worker_environment
from checker.parts.functions.host import FunctionHost

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable
    from contextlib import AbstractAsyncContextManager
    from pathlib import Path

    from checker.parts.functions.ports import Message

MAX_RECEIVES = 3
WAIT_SECONDS = 8.0


@dataclass
class Stored:
    """A message of `MemoryQueue`."""

    message_id: str
    body: str
    visible_at: float
    receives: int = 0
    handle: str = ""


@dataclass
class MemoryQueue:
    """A queue with visibility time-out and dead letters, as small as a test needs it."""

    visibility_seconds: float = 30.0
    messages: list[Stored] = field(default_factory=list)
    dead: list[Stored] = field(default_factory=list)
    buried: asyncio.Event = field(default_factory=asyncio.Event)
    receive_calls: int = 0
    broken: bool = False
    numbers: itertools.count[int] = field(default_factory=itertools.count)

    def send(self, *commands: Any) -> list[str]:
        """Store a message for each command; return the ids."""
        new = [Stored(f"id-{next(self.numbers)}", json.dumps(command), time.monotonic()) for command in commands]
        self.messages += new
        return [message.message_id for message in new]

    async def receive(self, queue: str, max_messages: int) -> list[Message]:
        """Receive what is visible."""
        assert queue == "tasks"
        self.receive_calls += 1
        if self.broken:
            raise RuntimeError("the queue is gone")
        now = time.monotonic()
        self.dead += [each for each in self.messages if each.visible_at <= now and each.receives >= MAX_RECEIVES]
        self.messages = [each for each in self.messages if each not in self.dead]
        if self.dead:
            self.buried.set()
        visible = [each for each in self.messages if each.visible_at <= now]
        return [self._hide(each, now) for each in visible[:max_messages]]

    async def delete(self, queue: str, receipt_handle: str) -> None:
        """Delete by the handle of the last receive."""
        assert queue == "tasks"
        self.messages = [message for message in self.messages if message.handle != receipt_handle]

    async def change_visibility(self, queue: str, receipt_handle: str, seconds: int) -> None:
        """Let a message come back."""
        assert queue == "tasks"
        for message in self.messages:
            if message.handle == receipt_handle:
                message.visible_at = time.monotonic() + seconds

    def _hide(self, message: Stored, now: float) -> Message:
        message.visible_at = now + self.visibility_seconds
        message.receives += 1
        message.handle = f"handle-{next(self.numbers)}"
        return {
            "MessageId": message.message_id,
            "ReceiptHandle": message.handle,
            "Body": message.body,
            "MD5OfBody": hashlib.md5(message.body.encode(), usedforsecurity=False).hexdigest(),
            "Attributes": {"ApproximateReceiveCount": str(message.receives), "SentTimestamp": "0"},
            "MessageAttributes": {},
        }


@dataclass
class Stage:
    """A host, its queue, and a worker's process that the test supervises."""

    host: FunctionHost
    queue: MemoryQueue
    command: list[str]
    root: Path
    address: str = ""
    process: asyncio.subprocess.Process | None = None

    async def start_worker(self) -> None:
        """Start the worker's process."""
        environment = {"PATH": os.environ["PATH"], **worker_environment(self.address, str(self.root))}
        self.process = await asyncio.create_subprocess_exec(
            *self.command,
            cwd=self.root,
            env=environment,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
        )

    async def worker_ended(self) -> tuple[int, str]:
        """Wait for the worker's own end and tell the host; return its status and output."""
        assert self.process is not None
        output, _ = await asyncio.wait_for(self.process.communicate(), WAIT_SECONDS)
        returncode = self.process.returncode
        assert returncode is not None
        self.process = None
        await self.host.worker_exited(returncode)
        return returncode, output.decode()

    async def kill_worker(self) -> tuple[int, str]:
        """Kill the worker as a supervisor does."""
        assert self.process is not None
        self.process.kill()
        return await self.worker_ended()


@pytest.fixture(scope="session")
def client_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with AWS's runtime interface client."""
    return runtime_client_folder(tmp_path_factory.mktemp("client"))


@pytest.fixture(params=["awslambdaric", "bootstrap"])
def command(request: pytest.FixtureRequest, client_folder: Path, tmp_path: Path) -> list[str]:
    """Return the command of a worker, under AWS's client and under the project's own."""
    folder = client_folder
    if request.param == "bootstrap":
        folder = tmp_path / "no-client"
        folder.mkdir()
        (folder / LAUNCHER_FOLDER).symlink_to(client_folder / LAUNCHER_FOLDER)
    python, *rest = worker_command(sys.executable, folder)
    return [python, "-S", *rest]  # without site-packages, so that the folder is all there is


@pytest.fixture
def stage(command: list[str], tmp_path: Path) -> Callable[..., AbstractAsyncContextManager[Stage]]:
    """Return a context manager that opens a stage with a handler's source."""

    @asynccontextmanager
    async def opened(
        source: str, *, visibility_seconds: float = 30.0, function_seconds: float = 5.0, start: bool = True
    ) -> AsyncIterator[Stage]:
        root = tmp_path / "submission"
        root.mkdir()
        (root / "lambda_function.py").write_text(textwrap.dedent(source))
        queue = MemoryQueue(visibility_seconds)
        host = FunctionHost(queue)
        one = Stage(host, queue, command, root)
        one.address = (await host.function_open("tasks", seconds=function_seconds))["runtime_api"]
        try:
            if start:
                await one.start_worker()
                assert (await host.wait_ready(WAIT_SECONDS))["state"] == "ready"
                await host.mapping_resume()
            yield one
        finally:
            if one.process is not None:
                await one.kill_worker()
            await host.function_close()

    return opened


@pytest.fixture
def memory_queue() -> MemoryQueue:
    """Return an empty queue in memory."""
    return MemoryQueue()
