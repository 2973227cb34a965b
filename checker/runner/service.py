"""Bringing a submission up on a stack: migrate, start the API, start the worker.

Whatever goes wrong here before a check has run is the submission's own doing, and is raised as `Stopped` with the
last lines of its log; `explained` is false where it merely took too long, because a machine can be slow as well.
"""

from __future__ import annotations

import asyncio
import contextlib
import signal
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from checker import programs

if TYPE_CHECKING:
    from collections.abc import Mapping

    from checker.processes import Running
    from checker.programs import Program
    from checker.stacks.base import Stack

CONNECT_EVERY: Final = 0.01
NEWS_SECONDS: Final = 5.0  # for an engine to tell that a container has ended, and how


class Stopped(Exception):  # noqa: N818 - an end of the run, not an error of ours
    """The submission does not come up."""

    def __init__(self, cause: str, log: str = "", *, explained: bool = True) -> None:
        super().__init__(cause)
        self.cause = cause
        self.log = log
        self.explained = explained


async def migrate(stack: Stack, environ: Mapping[str, str], name: str = "migration", *, of_model: bool = False) -> None:
    """Run the migrations of the submission, or of the model solution, on the database that `environ` names."""
    venv = stack.model_venv if of_model else stack.venv
    program = replace(programs.migration(venv, environ), of_model=of_model)
    process = await launch(stack, name, program)
    seconds = stack.patience.migration
    try:
        code = await asyncio.wait_for(process.wait(), seconds)
    except TimeoutError:
        await process.kill()
        cause = f"`{program.title}` did not end within {seconds:g} s"
        raise Stopped(cause, process.log.last(), explained=False) from None
    if code != 0:
        raise Stopped(f"`{program.title}` {how_it_ended(process)}{why(process)}", last_words(process))


async def start_api(
    stack: Stack, name: str, environ: Mapping[str, str], *, of_model: bool = False
) -> tuple[Running, int]:
    """Start an API of the submission or of the model solution and wait for `GET /health`; return it and its port."""
    port = stack.free_port()
    venv = stack.model_venv if of_model else stack.venv
    program = replace(programs.api(venv, environ, port), of_model=of_model)
    process = await launch(stack, name, program)
    await wait_for_health(process, program, port, stack.patience.ready)
    return process, port


async def launch(stack: Stack, name: str, program: Program) -> Running:
    """Start `program`, which may not be there because the requirements do not install it."""
    if not stack.has_program(program):
        raise Stopped(f"`{program.title}` cannot be started: requirements.txt does not install it")
    return await stack.launch(name, program)


async def wait_for_health(process: Running, program: Program, port: int, seconds: float) -> None:
    """Wait until `GET /health` is answered with 200."""
    status = None
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(seconds):
            while status is None and process.returncode is None:
                await accepts(process, port)
                status = await health_status(port)
                await asyncio.sleep(0 if status else CONNECT_EVERY)
    if status == 200:  # noqa: PLR2004 - HTTP's OK
        return
    if process.returncode is not None or await ends_soon(process):
        await process.wait()
        cause = f"`{program.title}` {how_it_ended(process)} before it answered GET /health{why(process)}"
        raise Stopped(cause, last_words(process))
    await process.kill()
    if status is None:
        cause = f"`{program.title}` did not answer GET /health within {seconds:g} s"
        raise Stopped(cause, process.log.last(), explained=False)
    raise Stopped(f"`{program.title}` answered GET /health with {status}, not 200", process.log.last())


def why(process: Running) -> str:
    """Return the error that ended a process, as the end of a sentence; empty where its log has none."""
    error = process.log.last_exception(0).partition("\n")[0].strip()
    return f": {error}" if error else ""


def last_words(process: Running) -> str:
    """Return the exception that ended a process, or else the end of its log."""
    return process.log.last_exception() or process.log.last()


async def accepts(process: Running, port: int) -> None:
    """Wait until the port takes connections or the process has ended."""
    while process.returncode is None:
        with contextlib.suppress(OSError):
            _, writer = await asyncio.open_connection("127.0.0.1", port)
            writer.close()
            return
        await asyncio.sleep(CONNECT_EVERY)


async def health_status(port: int) -> int | None:
    """Return the status of `GET /health`, or None where the connection broke or HTTP was not spoken."""
    try:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        with contextlib.closing(writer):
            writer.write(b"GET /health HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n")
            line = await reader.readuntil(b"\r\n")
        return int(line.split()[1])
    except (OSError, ValueError, IndexError, asyncio.IncompleteReadError, asyncio.LimitOverrunError):
        return None


async def settle(process: Running, port: int) -> None:
    """Where nobody listens on the port of an API any more, wait until it is known how it ended."""
    if process.returncode is not None:
        return
    try:
        _, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.close()
    except OSError:
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(process.wait(), NEWS_SECONDS)


async def ends_soon(process: Running) -> bool:
    """Whether the process, whose connection broke, is on its way out."""
    with contextlib.suppress(TimeoutError):
        await asyncio.wait_for(process.wait(), 0.5)
    return process.returncode is not None


def how_it_ended(process: Running) -> str:
    """Say how a process ended: what it took too much of, its signal, or its status."""
    if process.excess:
        return f"was ended: {process.excess}"
    code = process.returncode or 0
    with contextlib.suppress(ValueError):  # a shell around it tells a signal as 128 and its number
        return f"was ended by {signal.Signals(-code if code < 0 else code - 128).name}"
    return f"exited with status {code}"
