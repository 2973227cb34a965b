"""Bringing a submission up: what is said of one that does not come up, and whose doing it is."""

from __future__ import annotations

import asyncio
import socket
import sys
import textwrap
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from checker.processes import Process
from checker.programs import Program
from checker.runner.job import Observation
from checker.runner.run import completed, first
from checker.runner.service import Stopped, health_status, how_it_ended, launch, settle, wait_for_health

if TYPE_CHECKING:
    from checker.runner.job import CheckOutcome

ROOT = Path("/")
PROGRAM = Program(("uvicorn",), {}, shown_as="uvicorn app.main:app")
ANSWER = """
import socket, sys, time
server = socket.create_server(("127.0.0.1", int(sys.argv[1])))
print("listening", flush=True)
while True:
    connection, _ = server.accept()
    {body}
"""


def free_port() -> int:
    """Return a port that nothing listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


async def start(code: str, *arguments: str) -> Process:
    """Start a piece of Python."""
    argv = [sys.executable, "-c", textwrap.dedent(code), *arguments]
    return await Process.start("api", argv, environ={"PATH": "/usr/bin:/bin"}, cwd=ROOT)


def bring_up(code: str, seconds: float = 5.0) -> tuple[Stopped | None, Process]:
    """Wait for the health of a service; return why it did not come up, if so."""

    async def main() -> tuple[Stopped | None, Process]:
        port = free_port()
        process = await start(code, str(port))
        try:
            await wait_for_health(process, PROGRAM, port, seconds)
        except Stopped as stopped:
            return stopped, process
        else:
            assert process.returncode is None
            return None, process
        finally:
            await process.kill()

    return asyncio.run(main())


def serving(body: str) -> str:
    """Return a server that does something with each connection."""
    return ANSWER.format(body=body)


def test_a_service_that_answers_is_up() -> None:
    """200 on `GET /health` is enough, however long the port took to open."""
    code = serving(
        'if connection.recv(999).startswith(b"GET /health HTTP/1.1\\r\\n"):\n'
        '        connection.sendall(b"HTTP/1.1 200 OK\\r\\n\\r\\n")'
    )
    assert bring_up(code)[0] is None
    assert bring_up("import time; time.sleep(0.3)\n" + code)[0] is None


def test_a_connection_that_breaks_is_no_answer() -> None:
    """Whoever listens on the port before the service does, or while it starts, is not taken for it."""
    code = serving(
        'broken = globals().get("broken", 0) + 1\n'
        "    if broken < 5:\n"
        "        connection.close()\n"
        "        continue\n"
        '    connection.recv(999); connection.sendall(b"HTTP/1.1 200 OK\\r\\n\\r\\n")'
    )
    assert bring_up(code)[0] is None


@pytest.mark.parametrize(
    ("code", "cause"),
    [
        ("raise SystemExit(3)", "`uvicorn app.main:app` exited with status 3 before it answered GET /health"),
        ("import nothing_at_all", "exited with status 1 before it answered GET /health: ModuleNotFoundError: No"),
        ("import os, signal; os.kill(os.getpid(), signal.SIGSEGV)", "was ended by SIGSEGV before"),
        (serving("raise SystemExit(7)"), "exited with status 7 before"),
        (
            serving('connection.recv(999); connection.sendall(b"HTTP/1.1 503 No\\r\\n\\r\\n")'),
            "answered GET /health with 503, not 200",
        ),
        (
            serving('connection.recv(999); connection.sendall(b"HTTP/1.1 404 No\\r\\n\\r\\n")'),
            "answered GET /health with 404, not 200",
        ),
    ],
)
def test_what_its_own_exit_or_answer_shows_is_explained(code: str, cause: str) -> None:
    """Where the service ends or answers otherwise, that is its doing, and its log is there."""
    stopped, process = bring_up(code)
    assert stopped is not None
    assert stopped.cause.endswith(cause) or cause in stopped.cause
    assert stopped.explained
    assert process.returncode is not None
    if "nothing_at_all" in code:
        assert "ModuleNotFoundError" in stopped.log


@pytest.mark.parametrize(
    "code",
    [
        "import time; time.sleep(60)",
        serving("time.sleep(60)"),
        serving('connection.sendall(b"HTTP/1.1 200"); time.sleep(60)'),
        serving("connection.close()"),
        serving('connection.sendall(b"220 smtp\\r\\n"); connection.close()'),
    ],
)
def test_what_merely_takes_too_long_is_not_explained(code: str) -> None:
    """Where nothing but time went by, a machine may be slow as well: a canary decides."""
    stopped, process = bring_up(code, seconds=0.4)
    assert stopped is not None
    if not stopped.explained:
        assert stopped.cause == "`uvicorn app.main:app` did not answer GET /health within 0.4 s"
    assert stopped.explained is ("smtp" in code and "220" in stopped.cause)
    assert process.returncode is not None


def test_nobody_answers_a_closed_port() -> None:
    """A refused connection is no status."""
    assert asyncio.run(health_status(free_port())) is None


@pytest.mark.parametrize(
    ("code", "how"),
    [
        ("raise SystemExit(0)", "exited with status 0"),
        ("raise SystemExit(3)", "exited with status 3"),
        ("raise SystemExit(120)", "exited with status 120"),
        ("import os, signal; os.kill(os.getpid(), signal.SIGKILL)", "was ended by SIGKILL"),
        ("raise SystemExit(128 + 9)", "was ended by SIGKILL"),
        ("raise SystemExit(128 + 11)", "was ended by SIGSEGV"),
        ("raise SystemExit(255)", "exited with status 255"),
        ("import os\nwhile True: os.write(1, b'x' * 65536)", "was ended: it wrote more than 64 MB of log"),
    ],
)
def test_how_a_process_ended_is_told(code: str, how: str) -> None:
    """Its status, its signal, also through a shell around it, or what it took too much of."""

    async def main() -> str:
        process = await start(code)
        await process.wait()
        await process.kill()
        return how_it_ended(process)

    assert asyncio.run(main()) == how


def test_a_program_that_is_not_installed_is_told() -> None:
    """Where the requirements do not bring a program, that is the cause, and nothing is started."""

    class Empty:
        """A stack whose environment holds nothing."""

        def has_program(self, _program: Program) -> bool:
            """Say so."""
            return False

    stack: Any = Empty()
    with pytest.raises(Stopped, match=r"requirements\.txt does not install it") as caught:
        asyncio.run(launch(stack, "api", PROGRAM))
    assert caught.value.explained


@pytest.mark.parametrize(
    ("body", "code"),
    [
        pytest.param("", None, id="lives"),
        pytest.param(
            "server.close(); print('closed', flush=True); time.sleep(0.3); sys.exit(9)", 9, id="on its way out"
        ),
    ],
)
def test_how_an_api_that_is_gone_ended_is_waited_for(body: str, code: int | None) -> None:
    """One that nobody can connect to any more is on its way out: how it ends is known afterwards."""

    async def main() -> int | None:
        port = free_port()
        process = await start(ANSWER.format(body="pass").replace("while True:", f"{body}\nwhile True:"), str(port))
        try:
            assert await process.wait_for_line("closed" if body else "listening", 5)
            await settle(process, port)
            return process.returncode
        finally:
            await process.kill()

    assert asyncio.run(main()) == code


def test_a_lost_api_explains_what_was_seen() -> None:
    """Where the API went while the checks ran, the outcome says how, and shows its log."""

    async def main() -> Process:
        process = await start("print('last words'); raise SystemExit(9)")
        await process.wait()
        await process.kill()
        return process

    outcome = completed((), asyncio.run(main()), lambda: "KeyError: 'x'")
    assert (outcome.kind, outcome.cause) == ("complete", "the API exited with status 9 while the checks ran")
    assert outcome.log == "last words"


@pytest.mark.parametrize(("outcome", "log"), [("fail", "KeyError: 'x'"), ("pass", ""), ("not-run", "")])
def test_the_last_exception_is_shown_where_something_failed(outcome: CheckOutcome, log: str) -> None:
    """An API that was not lost explains by what it logged; where nothing failed there is nothing to explain."""
    seen = Observation("test_a.py::test_a", "requirement", outcome)
    found = completed((seen,), None, lambda: "KeyError: 'x'")
    assert (found.cause, found.log) == ("", log)


def test_the_first_of_several_errors_is_told() -> None:
    """Of a group of errors, however deep, there is a first one."""
    inner = ExceptionGroup("inner", [KeyError("a"), ValueError("b")])
    assert str(first(ExceptionGroup("outer", [inner, OSError("c")]))) == "'a'"
