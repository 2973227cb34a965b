"""The way of a check, from a stack that is not up yet to an outcome.

What can be started side by side is: the parts of the stack beside the suite's imports, the worker beside the API.
"""

from __future__ import annotations

import asyncio
import os
import time
from contextlib import AsyncExitStack
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, TypeVar

from checker.control import ControlServer
from checker.errors import InfrastructureError
from checker.runner import suite_process
from checker.runner.desk import Desk
from checker.runner.job import Outcome
from checker.runner.service import Stopped, migrate, start_api
from checker.runner.worker import Worker

if TYPE_CHECKING:
    from collections.abc import Callable

    from checker.processes import Process
    from checker.runner.job import Job
    from checker.stacks.base import Stack

SUITE_SECONDS: Final = 240.0  # many times what any suite takes; a wait of a suite's own has its own, shorter end
WATCH_EVERY: Final = 0.1
VISIBILITY_SECONDS: Final = 30  # of the queue at the start; a suite that waits for it sets its own

E = TypeVar("E", bound=BaseException)


class Phases:
    """How long each part of a run took, in seconds."""

    def __init__(self, tell: Callable[[dict[str, Any]], None]) -> None:
        self._tell = tell
        self._since = time.monotonic()
        self.seconds: dict[str, float] = {}

    def done(self, name: str) -> None:
        """Close the phase that began where the last one ended."""
        now = time.monotonic()
        self.seconds[name] = round(now - self._since, 3)
        self._since = now
        self._tell({"phase": name, "seconds": self.seconds[name]})


async def run_job(job: Job, stack: Stack, tell: Callable[[dict[str, Any]], None]) -> Outcome:
    """Run one job on `stack` and leave nothing of it behind."""
    phases = Phases(tell)
    try:
        outcome = await attempt(job, stack, tell, phases)
    except* Stopped as group:
        stopped = first(group)
        outcome = Outcome("stopped", cause=stopped.cause, log=stopped.log, explained=stopped.explained)
    except* InfrastructureError as group:
        outcome = Outcome("broken", cause=first(group).message)
    except* OSError as group:
        outcome = Outcome("broken", cause=f"the system refused: {first(group)}")
    except* Exception as group:  # noqa: BLE001 - a bug of ours must not look like the submission's failure
        outcome = Outcome("broken", cause=f"the workbench's own fault: {first(group)!r}")
    finally:
        await stack.stop()
    phases.done("teardown")
    return replace(outcome, isolation=stack.isolation, phases=phases.seconds)


def first(group: BaseExceptionGroup[E]) -> E:
    """Return the first leaf of a group."""
    error = group.exceptions[0]
    return first(error) if isinstance(error, BaseExceptionGroup) else error


async def attempt(job: Job, stack: Stack, tell: Callable[[dict[str, Any]], None], phases: Phases) -> Outcome:
    """Bring everything up, let the suite observe, and watch that our own side holds."""
    async with AsyncExitStack() as cleanup:
        desk = Desk(stack, Path(job.venv))
        server = ControlServer(desk, stack.scratch / "desk.sock", stack.addresses()["token"])
        await server.start()
        cleanup.push_async_callback(server.stop)
        suite, records = await start_suite(job, stack, tell)
        cleanup.push_async_callback(suite.kill)
        await stack.start()
        phases.done("stack")
        lane = await make_queue(stack)
        await migrate(stack, Path(job.venv), lane)
        desk.migrated.set_result({"api_lane": lane, **stack.addresses()})
        phases.done("migrate")
        process, port = await start_api(stack, Path(job.venv), "api", stack.environment(lane))
        desk.adopt(process)
        desk.api_up.set_result(f"http://127.0.0.1:{port}")
        phases.done("api")
        worker = Worker(stack, Path(job.venv), Path(job.client), lane)
        cleanup.push_async_callback(worker.stop)
        await watch(suite, worker, desk, stack)
        found = suite_process.observations(await records)
        phases.done("suite")
        return Outcome("complete", found)


async def make_queue(stack: Stack) -> int:
    """Make the queue and the API's lane to it; return the lane's port."""
    queue = await stack.control("queue")
    await queue.call("queue_create", name="tasks", visibility_seconds=VISIBILITY_SECONDS)
    lane: int = (await queue.call("lane_open", name="api"))["port"]
    await queue.close()
    return lane


async def start_suite(
    job: Job, stack: Stack, tell: Callable[[dict[str, Any]], None]
) -> tuple[Process, asyncio.Task[list[dict[str, Any]]]]:
    """Start the suite, which imports and collects while everything else comes up; return it and its records."""
    read_end, write_end = os.pipe()
    order = {
        "suite": job.suite,
        "only": list(job.only),
        "desk": str(stack.scratch / "desk.sock"),
        "token": stack.addresses()["token"],
    }
    suite = await suite_process.start(order, write_end)
    os.close(write_end)
    journal = job.folder / "observations.jsonl"
    return suite, asyncio.create_task(suite_process.read(read_end, journal, tell))


async def watch(suite: Process, worker: Worker, desk: Desk, stack: Stack) -> None:
    """Wait for the suite's end; stop early where the worker cannot work or one of our own parts is gone."""
    deadline = time.monotonic() + SUITE_SECONDS
    ended = asyncio.create_task(suite.wait())
    failing = asyncio.create_task(worker.work(desk.worker_wanted, desk.function_open))
    try:
        while not ended.done():
            await asyncio.wait([ended, failing], timeout=WATCH_EVERY, return_when=asyncio.FIRST_COMPLETED)
            if dead := stack.dead_parts():
                raise InfrastructureError(f"{' and '.join(dead)} ended in the middle of the run")
            if failing.done():
                raise failing.result()
            if time.monotonic() > deadline:
                raise Stopped(f"the checks did not end within {SUITE_SECONDS:g} s", explained=False)
    finally:
        ended.cancel()
        failing.cancel()
    if suite.returncode not in (0, 1):
        raise InfrastructureError(f"the suite exited with status {suite.returncode}: {suite.log.last(5)}")
