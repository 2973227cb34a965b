"""The local stack: real parts side by side, and the place where a submission's processes start."""

from __future__ import annotations

import itertools
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import psycopg
import pytest
import valkey

from checker.control import RemoteError
from checker.processes import Process
from checker.programs import Program
from checker.runner.job import Job, Preparation
from checker.stacks.local import LocalStack
from checker.stacks.parts import PORTS_OF_CLIENTS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.conftest import Background

NUMBERS = itertools.count()
CONTRACT = {
    *("DATABASE_URL", "SQS_QUEUE_URL", "AWS_ENDPOINT_URL", "AWS_DEFAULT_REGION", "AWS_ACCESS_KEY_ID"),
    *("AWS_SECRET_ACCESS_KEY", "REDIS_URL", "JWT_SECRET", "JWT_EXPIRE_MINUTES", "LOG_LEVEL"),
}


@pytest.fixture(scope="module")
def stack(background: Background, part_folder: Path) -> Iterator[LocalStack]:
    """Start a stack without shells, and end it twice."""
    folder = part_folder / f"run-{next(NUMBERS)}"
    for one in (folder, folder / "volatile"):
        one.mkdir()
        one.chmod(0o711)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_CACHE_HOME", str(part_folder / "cache"))
        stack = LocalStack(Preparation("/nowhere", str(folder), "none"))
        background.run(stack.start())
    background.run(stack.receive(Job(str(part_folder), sys.prefix, "/nowhere")))
    yield stack
    background.run(stack.stop())
    background.run(stack.stop())
    assert all(part.returncode is not None for part in [stack.postgres.process, stack.queue.process] if part)


def test_the_environment_is_the_contracts(stack: LocalStack) -> None:
    """A process gets exactly the variables that the contract promises, with values that work."""
    environ = stack.environment(4566)
    assert set(environ) == CONTRACT
    assert environ["DATABASE_URL"].startswith("postgresql+psycopg://candidate:")
    assert environ["SQS_QUEUE_URL"] == "http://127.0.0.1:4566/000000000000/tasks"
    assert environ["AWS_ENDPOINT_URL"] == "http://127.0.0.1:4566"
    assert len(environ["JWT_SECRET"].encode()) >= 32
    with psycopg.connect(environ["DATABASE_URL"].replace("+psycopg", "")) as connection:
        assert connection.execute("SELECT 1").fetchone() == (1,)
    with valkey.Valkey.from_url(environ["REDIS_URL"]) as client:
        assert client.ping()


def test_what_the_suite_observes_by_is_not_the_submissions(stack: LocalStack) -> None:
    """The grader's addresses work, and no password or token of theirs stands in the submission's environment."""
    addresses = stack.addresses()
    assert set(addresses) == {"observer", "grader", "cache", "jwt_secret", "queue", "functions", "token"}
    for role in ("observer", "grader"):
        with psycopg.connect(addresses[role]) as connection:
            assert connection.execute("SELECT session_user").fetchone() == (role,)
    told = " ".join(stack.environment(1).values())
    assert addresses["token"] not in told
    assert addresses["cache"].partition("//")[2].partition("@")[0] not in told


def test_ports_are_given_out_once(stack: LocalStack) -> None:
    """No two parts get the same port, and none gets one that the kernel gives to whoever connects."""
    ports = {stack.free_port() for _ in range(50)}
    assert len(ports) == 50
    first, last = map(int, PORTS_OF_CLIENTS.read_text().split())
    assert ports.isdisjoint(range(first, last + 1))


def test_the_queue_and_the_functions_answer(stack: LocalStack, background: Background) -> None:
    """Both control channels are open to whoever has the token."""

    async def ask() -> object:
        queue, functions = await stack.control("queue"), await stack.control("functions")
        pong = await queue.call("ping")
        with pytest.raises(RemoteError, match="no function is open"):
            await functions.call("invocations")
        await queue.close()
        await functions.close()
        return pong

    assert background.run(ask())


def test_a_program_is_started_among_the_submissions_files(
    stack: LocalStack, background: Background, part_folder: Path
) -> None:
    """It has the environment it is given, the submission's folder, limits, and a log under its name."""
    code = "import os, resource as r; print(os.getcwd(), sorted(os.environ), r.getrlimit(r.RLIMIT_NOFILE)[0])"
    program = Program((sys.executable, "-c", code), {"A": "b", "LC_CTYPE": "C.UTF-8"})
    assert stack.has_program(program)
    assert not stack.has_program(Program(("/no/such/program",), {}))

    async def run() -> str:
        process = await stack.launch("it", program)
        await process.wait()
        return process.log.last()

    assert background.run(run()) == f"{part_folder} ['A', 'LC_CTYPE'] 1024"
    assert stack.overrun() is None


def test_the_cache_can_be_restarted(stack: LocalStack, background: Background) -> None:
    """Stopped on purpose it is no dead part; afterwards it is there on the same port, empty."""
    url = stack.environment(1)["REDIS_URL"]
    with valkey.Valkey.from_url(url) as client:
        client.set("a", "1")
    background.run(stack.restart_cache(running=False))
    assert stack.dead_parts() == []
    with valkey.Valkey.from_url(url) as client, pytest.raises(valkey.ConnectionError):
        client.ping()
    background.run(stack.restart_cache(running=True))
    with valkey.Valkey.from_url(url) as client:
        assert client.keys("*") == []


def test_a_part_that_dies_is_noticed(stack: LocalStack, background: Background) -> None:
    """A part that ended though nobody ended it is named."""
    assert stack.dead_parts() == []
    process = stack.valkey.process
    assert isinstance(process, Process)
    os.kill(process.pid, 9)
    background.run(process.wait())
    assert stack.dead_parts() == ["valkey"]
    background.run(stack.restart_cache(running=True))
    assert stack.dead_parts() == []
