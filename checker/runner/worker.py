"""The submission's Lambda worker: started, and started again after it crashed or was stopped for taking too long.

What AWS does with an execution environment, the keeper here does with a process: the function host says when an
invocation has run out of time, and is told when the process has gone.
"""

from __future__ import annotations

import asyncio
import contextlib
from typing import TYPE_CHECKING, Any, Final

from checker import programs
from checker.parts.functions.client import worker_environment
from checker.runner.service import Stopped, how_it_ended, launch

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from checker.control import AsyncControlClient
    from checker.processes import Running
    from checker.stacks.base import Stack

EVENT_SECONDS: Final = 60.0
LAST_WORDS_SECONDS: Final = 0.5  # for what a process that has gone had told the function host


class Worker:
    """Keeps one worker process alive for as long as the run lasts, and tells `started` of each that it starts."""

    def __init__(
        self, stack: Stack, client: Path, lane_port: int, started: Callable[[Running], object] = lambda _: None
    ) -> None:
        self._stack = stack
        self._started = started
        self._client = client
        self._lane_port = lane_port
        self._keeper: asyncio.Task[None] | None = None
        self._failure: asyncio.Future[Stopped] = asyncio.get_running_loop().create_future()

    async def work(self, wanted: asyncio.Event, function_open: asyncio.Event) -> Stopped:
        """Start when it is wanted, and work for ever, or until it turns out that it cannot; return why.

        `function_open` is set when the function host can be asked to hand out messages.
        """
        await wanted.wait()
        host = await self._stack.control("functions")
        opened = await host.call("function_open", queue="tasks")
        function_open.set()
        try:
            process = await self._launch(opened["runtime_api"])
        except Stopped as stopped:
            return stopped
        self._keeper = asyncio.create_task(self._keep(host, opened["runtime_api"], process))
        return await asyncio.shield(self._failure)

    async def stop(self) -> None:
        """Keep it alive no longer; the stack ends the process."""
        if self._keeper is not None:
            self._keeper.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._keeper

    async def _keep(self, host: AsyncControlClient, runtime_api: str, process: Running) -> None:
        try:
            await self._wait_until_ready(host, process)
            while True:
                await self._wait_until_gone(process)
                await host.call("worker_exited", returncode=process.returncode)
                await host.call("worker_started")
                process = await self._launch(runtime_api)
        except Stopped as stopped:
            self._failure.set_result(stopped)

    async def _launch(self, runtime_api: str) -> Running:
        environ = {
            **self._stack.environment(self._lane_port),
            **worker_environment(runtime_api, self._stack.submission_root),
        }
        program = programs.worker(self._stack.venv, environ, self._client)
        process = await launch(self._stack, "worker", program)
        self._started(process)
        return process

    async def _wait_until_ready(self, host: AsyncControlClient, process: Running) -> None:
        """Wait for the first request for an invocation; raise `Stopped` where it does not come."""
        ready = asyncio.create_task(host.call("wait_ready", seconds=self._stack.patience.ready))
        ended = asyncio.create_task(process.wait())
        await asyncio.wait([ready, ended], return_when=asyncio.FIRST_COMPLETED)
        if not ready.done():
            await asyncio.wait([ready], timeout=LAST_WORDS_SECONDS)
        state: dict[str, Any] = ready.result() if ready.done() else {"state": "waiting"}
        if state["state"] == "ready":
            ended.cancel()
            return
        ready.cancel()  # the channel is of no more use, and nothing more is asked
        raise self._why(state, process)

    def _why(self, state: dict[str, Any], process: Running) -> Stopped:
        error = state.get("error") or {}
        if state["state"] == "init-error":
            what = f"{error.get('type')}: {error.get('message')}"
            return Stopped(f"lambda_function.lambda_handler cannot be imported: {what}", process.log.last())
        if process.returncode is not None:
            return Stopped(f"the worker {how_it_ended(process)} before it asked for work", process.log.last())
        cause = f"the worker did not ask for work within {self._stack.patience.ready:g} s"
        return Stopped(cause, process.log.last(), explained=False)

    async def _wait_until_gone(self, process: Running) -> None:
        """Wait until the process has ended, or end it because an invocation ran out of time."""
        watcher = await self._stack.control("functions")
        ended = asyncio.create_task(process.wait())
        try:
            while not ended.done():
                event = asyncio.create_task(watcher.call("next_event", seconds=EVENT_SECONDS))
                await asyncio.wait([ended, event], return_when=asyncio.FIRST_COMPLETED)
                if event.done() and event.result() is not None:
                    await process.kill()
                event.cancel()
        finally:
            await watcher.close()
