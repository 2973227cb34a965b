"""The front's process: how it starts and how it ends."""

from __future__ import annotations

import asyncio
import signal
import socket
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from checker.control import ControlClient
from checker.parts.queue.emulator import QueueError
from checker.parts.queue.service import QueueService

if TYPE_CHECKING:
    from collections.abc import Callable
    from contextlib import AbstractContextManager
    from pathlib import Path

    RunProcess = Callable[[Path], AbstractContextManager[subprocess.Popen[bytes]]]


def test_the_process_ends_with_its_lifeline(run_process: RunProcess, tmp_path: Path) -> None:
    """When the parent is gone stdin ends, and so does the process, with nothing said on stderr."""
    with run_process(tmp_path) as process:
        assert process.stdin is not None
        process.stdin.close()
        assert process.wait(5) == 0
        assert process.stderr is not None
        assert process.stderr.read() == b""


def test_a_termination_waits_for_nobody(run_process: RunProcess, tmp_path: Path) -> None:
    """On SIGTERM the process ends at once, and a client that it holds gets a reset."""
    with run_process(tmp_path) as process:
        client = ControlClient(tmp_path / "control", "a token")
        port = client.call("lane_open", name="held")["port"]
        client.call("plan", lane="held", plan={"faults": [{"kind": "hang", "seconds": 60}]})
        with socket.create_connection(("127.0.0.1", port), timeout=5) as held:
            held.sendall(b"GET /?Action=ReceiveMessage HTTP/1.1\r\nHost: a\r\n\r\n")
            client.call("wait_attempts", lane="held", operation=None, count=1, seconds=5, begun=True)
            process.send_signal(signal.SIGTERM)
            assert process.wait(5) == 0
            with pytest.raises(ConnectionResetError):
                held.recv(1)
        client.close()


def test_a_process_without_settings_fails() -> None:
    """Nothing listens before the settings are there."""
    command = [sys.executable, "-I", "-m", "checker.parts.queue"]
    ended = subprocess.run(command, input=b"", capture_output=True, check=False, timeout=10)
    assert ended.returncode != 0
    assert ended.stdout == b""


def test_who_asked_is_told_of_every_stored_message() -> None:
    """Sends, single and batched, are told by the queue's name; a refused one is not."""

    async def told() -> list[str]:
        service = QueueService()
        await service.start()
        names: list[str] = []
        service.on_message_stored(names.append)
        await service.queue_create("tasks", 2)
        await service.send("tasks", "{}")
        with pytest.raises(QueueError, match="MissingParameter"):
            await service.send("tasks", "")
        await asyncio.sleep(0)
        return names

    assert asyncio.run(told()) == ["tasks"]
