"""Faults of our own side in the middle of a run in containers, and every way of being stopped: nothing stays."""

from __future__ import annotations

import os
import signal
import socket
import threading
import time
from contextlib import suppress
from typing import TYPE_CHECKING

import pytest

from checker.docker.containers import remove
from checker.docker.engine import client

if TYPE_CHECKING:
    import subprocess
    from collections.abc import Iterator
    from pathlib import Path

    from tests.e2e.docker.conftest import Containers

HELD = "sleep 61"
HOLD = (
    "+\nimport os\n\n\n@app.middleware('http')\nasync def hold(request, call_next):\n"
    f"    if request.method == 'POST':\n        os.system('{HELD}')\n    return await call_next(request)\n"
)


def hold(containers: Containers, **environ: str) -> subprocess.Popen[str]:
    """Start a check and wait until its API is held in the middle of a request."""
    process = containers.begin("passes", containers.bench.submission({"app/main.py": HOLD}), environ=environ)
    containers.bench.wait_for_process(HELD, process)
    return process


@pytest.mark.parametrize(
    ("kind", "cause"),
    [
        ("postgres", "postgres ended in the middle of the run"),
        ("valkey", "valkey ended in the middle of the run"),
        ("queue", "queue ended in the middle of the run"),
        ("suite", "the run ended without an outcome"),
    ],
)
def test_a_part_that_is_killed_is_our_error(containers: Containers, kind: str, cause: str) -> None:
    """Status 3, no score, and which part it was."""
    process = hold(containers)
    remove(containers.container(f"-{kind}"))
    ended = containers.bench.end(process)
    assert (ended.status, ended.verdict["verdict"], ended.verdict["score"]) == (3, "error", None)
    assert cause in ended.verdict["cause"]


@pytest.mark.parametrize("presses", [1, 3])
def test_ctrl_c_leaves_nothing(containers: Containers, presses: int) -> None:
    """The first one counts, further ones do not cut the way out off."""
    process = hold(containers)
    for _ in range(presses):
        process.send_signal(signal.SIGINT)
        time.sleep(0.05)  # the fingers' own pace
    ended = containers.bench.end(process)
    assert (ended.status, ended.stdout, ended.stderr) == (130, "", "workbench: stopped\n")
    assert containers.resources() == []


def test_sigterm_leaves_nothing(containers: Containers) -> None:
    """The shell's status of that signal."""
    process = hold(containers)
    process.terminate()
    assert containers.bench.end(process).status == 143
    assert containers.resources() == []


def test_sigkill_leaves_no_container_and_the_next_run_sweeps(containers: Containers) -> None:
    """The engine closes the lifelines; the volume, and what the kill left of a container, goes with the next run."""
    process = hold(containers)
    process.kill()
    process.communicate()
    deadline = time.monotonic() + 10
    while containers.bench.processes() and time.monotonic() < deadline:
        time.sleep(0.02)
    assert containers.bench.processes() == {}
    ended = containers.check("passes", containers.bench.submission(name="another"))
    assert ended.status == 0
    assert containers.resources() == []


def test_two_at_once_do_not_meet(containers: Containers) -> None:
    """Each has a loopback, servers and a folder of its own."""
    folders = [containers.bench.submission(name=name) for name in ("one", "two")]
    processes = [containers.begin("passes", folder) for folder in folders]
    assert [containers.bench.end(process).status for process in processes] == [0, 0]


def test_an_engine_that_is_not_there_is_our_error(containers: Containers) -> None:
    """It never falls back to this machine, and says what to do."""
    nowhere = {"DOCKER_HOST": f"unix://{containers.bench.root}/none.sock"}
    ended = containers.check("passes", containers.bench.submission(), environ=nowhere)
    assert ended.status == 3, ended.stderr
    assert ended.verdict["verdict"] == "error"
    assert "no Docker engine answers" in ended.verdict["cause"]
    assert "install Docker" in ended.verdict["cause"]


class Relay:
    """Stands between the workbench and the engine, and can hang up on everybody, as an engine that restarts does."""

    def __init__(self, path: Path) -> None:
        self._upstream = os.environ.get("DOCKER_HOST", "unix:///var/run/docker.sock").removeprefix("unix://")
        self._open: list[socket.socket] = []
        self._server = socket.socket(socket.AF_UNIX)
        self._server.bind(str(path))
        self._server.listen(64)
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self) -> None:
        with suppress(OSError):
            while True:
                near, _ = self._server.accept()
                far = socket.socket(socket.AF_UNIX)
                far.connect(self._upstream)
                self._open += [near, far]
                for source, target in ((near, far), (far, near)):
                    threading.Thread(target=pump, args=(source, target), daemon=True).start()

    def hang_up(self) -> None:
        """Close everything, and take no more."""
        for one in [self._server, *self._open]:
            with suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)
            one.close()


def pump(source: socket.socket, target: socket.socket) -> None:
    """Pass on what comes, and the end of it."""
    with suppress(OSError):
        while chunk := source.recv(65536):
            target.sendall(chunk)
    with suppress(OSError):
        target.shutdown(socket.SHUT_WR)


@pytest.fixture
def relay(containers: Containers) -> Iterator[Relay]:
    """Give a relay at `engine.sock` in the bench's folder."""
    found = Relay(containers.bench.root / "engine.sock")
    yield found
    found.hang_up()


def test_an_engine_that_goes_away_is_our_error(containers: Containers, relay: Relay) -> None:
    """In the middle of a run; nothing of the run outlives the connections."""
    process = hold(containers, DOCKER_HOST=f"unix://{containers.bench.root}/engine.sock")
    relay.hang_up()
    ended = containers.bench.end(process)
    assert ended.status == 3, ended.stderr
    assert ended.verdict["verdict"] == "error"
    for volume in containers.left():
        client().remove_volume(volume["Name"])  # nobody could tell the engine any more
