"""PID 1 of a container, as a plain process: what it starts, passes on, kills and tells. It needs no engine."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from checker.docker import init

if TYPE_CHECKING:
    from collections.abc import Iterator

INIT = Path(init.__file__)


@pytest.fixture
def started() -> Iterator[list[subprocess.Popen[bytes]]]:
    """Keep what a test starts, and end it."""
    found: list[subprocess.Popen[bytes]] = []
    yield found
    for process in found:
        process.kill()
        process.wait()
        for stream in (process.stdin, process.stdout):
            if stream is not None:
                stream.close()


def start(started: list[subprocess.Popen[bytes]], *argv: str, **order: Any) -> subprocess.Popen[bytes]:
    """Start it and give it an order."""
    process = subprocess.Popen(
        [sys.executable, "-ISs", str(INIT)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
    )
    started.append(process)
    whole = {"argv": argv, "environ": {"PATH": "/usr/bin:/bin"}, "cwd": "/", "files": {}, "feed": False, **order}
    assert process.stdin is not None
    process.stdin.write(json.dumps(whole).encode() + b"\n")
    process.stdin.flush()
    return process


def output_and_status(process: subprocess.Popen[bytes]) -> tuple[bytes, int]:
    """Wait for the end by itself, the input held open."""
    assert process.stdout is not None
    said = process.stdout.read()
    return said, process.wait(20)


@pytest.mark.parametrize(
    ("script", "status"), [("exit 0", 0), ("exit 7", 7), ("kill -9 $$", 137), ("exit 241", 1), ("exit 242", 1)]
)
def test_the_status_is_the_programs(started: list[subprocess.Popen[bytes]], script: str, status: int) -> None:
    """Of a signal as a shell says it; the two that mean something of ours are never a program's."""
    assert output_and_status(start(started, "/bin/sh", "-c", script)) == (b"", status)


def test_nobody_inside_interrupts_it(started: list[subprocess.Popen[bytes]]) -> None:
    """SIGINT, of which Python makes an exception, is nothing to it, and still everything to the program."""
    assert output_and_status(start(started, "/bin/sh", "-c", "kill -INT $PPID; exit 3")) == (b"", 3)
    assert output_and_status(start(started, "/bin/sh", "-c", "kill -INT $$")) == (b"", 130)


def test_a_program_gets_its_place_and_nothing_else(started: list[subprocess.Popen[bytes]], tmp_path: Path) -> None:
    """Environment, folder, files, an empty input, no other descriptor."""
    script = "pwd; env | grep -v -e PWD -e SHLVL -e _=; cat greeting; cat; ls /proc/self/fd | wc -w"
    process = start(
        started,
        "/bin/sh",
        "-c",
        script,
        environ={"A": "b"},
        cwd=str(tmp_path),
        files={f"{tmp_path}/greeting": "hello\n"},
    )
    assert output_and_status(process) == (f"{tmp_path}\nA=b\nhello\n4\n".encode(), 0)


def test_a_program_that_is_not_there(started: list[subprocess.Popen[bytes]]) -> None:
    """The shell's status, and a line that says so."""
    said, status = output_and_status(start(started, "/nowhere/alembic"))
    assert (said, status) == (b"/nowhere/alembic cannot be started: No such file or directory\n", init.NOT_FOUND)


def test_what_follows_the_order_is_the_programs(started: list[subprocess.Popen[bytes]]) -> None:
    """More than a pipe holds, to a program that begins to read late: nothing is lost."""
    process = start(started, "/bin/sh", "-c", "sleep 0.3; head -c 10000000 | cksum", feed=True)
    data = bytes(range(250)) * 40_000
    assert process.stdin is not None
    process.stdin.write(data)
    process.stdin.flush()
    expected = subprocess.run(["cksum"], input=data, capture_output=True, check=True).stdout
    assert output_and_status(process) == (expected, 0)


def test_the_end_of_the_input_is_the_end(started: list[subprocess.Popen[bytes]]) -> None:
    """Whoever wanted the program is gone."""
    process = start(started, "/bin/sh", "-c", "echo up; exec sleep 60")
    assert process.stdin is not None
    assert process.stdout is not None
    assert process.stdout.readline() == b"up\n"
    process.stdin.close()
    assert process.wait(10) == 128 + signal.SIGKILL
    # As PID 1 of a container its end is everybody's; here the program is left and ended by hand.
    subprocess.run(["pkill", "-f", "^sleep 60$"], check=False)


def test_the_end_is_seen_behind_what_is_unread(started: list[subprocess.Popen[bytes]]) -> None:
    """A program that reads nothing does not keep PID 1 from its lifeline."""
    process = start(started, "/bin/sh", "-c", "echo up; exec sleep 60", feed=True)
    assert process.stdin is not None
    assert process.stdout is not None
    assert process.stdout.readline() == b"up\n"
    os.set_blocking(process.stdin.fileno(), False)
    with contextlib.suppress(BlockingIOError):
        while True:
            os.write(process.stdin.fileno(), b"x" * 65536)
            time.sleep(0.001)  # PID 1 takes it until it has enough
    process.stdin.close()
    assert process.wait(10) == 128 + signal.SIGKILL
    subprocess.run(["pkill", "-f", "^sleep 60$"], check=False)


def test_no_order_is_no_error(started: list[subprocess.Popen[bytes]]) -> None:
    """A container that was made ahead and not wanted ends without a word."""
    process = subprocess.Popen(
        [sys.executable, "-ISs", str(INIT)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
    )
    started.append(process)
    assert process.communicate(timeout=20)[0] == b""
    assert process.returncode == 0


def test_orphans_are_reaped(started: list[subprocess.Popen[bytes]]) -> None:
    """The status is the program's, whatever else ends before or after it."""
    begun = time.monotonic()
    assert output_and_status(start(started, "/bin/sh", "-c", "(exit 9) & (sleep 0.2; exit 8) & wait; exit 5")) == (
        b"",
        5,
    )
    assert time.monotonic() - begun < 20


@pytest.mark.parametrize(
    ("text", "counted"),
    [("oom_kill 0\n", False), ("oom_kill_disable 0\nunder_oom 0\noom_kill 2\n", True), ("max 0\n", False), ("", False)],
)
def test_the_kernels_counters_are_read(tmp_path: Path, text: str, *, counted: bool) -> None:
    """A line of the name that is asked for, with any number but 0."""
    (tmp_path / "events").write_text(text)
    assert init.counted(str(tmp_path / "events"), "oom_kill") is counted
    assert not init.counted(str(tmp_path / "none"), "oom_kill")
