"""The way of a check, from a stack that is not up yet to an outcome.

What can be started side by side is: the parts of the stack beside the suite's imports, the worker beside the API.
"""

from __future__ import annotations

import asyncio
import os
import time
from contextlib import AsyncExitStack
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final, TypeAlias, TypeVar

from checker.control import ControlServer
from checker.errors import InfrastructureError
from checker.runner import suite_process
from checker.runner.desk import Desk
from checker.runner.job import Outcome
from checker.runner.service import Stopped, how_it_ended, migrate, settle, start_api
from checker.runner.worker import Worker

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from checker.processes import Running
    from checker.runner.job import Job, Observation, Preparation
    from checker.stacks.base import Stack

WATCH_EVERY: Final = 0.1
VISIBILITY_SECONDS: Final = 30  # of the queue at the start; a suite that waits for it sets its own

E = TypeVar("E", bound=BaseException)
Tell: TypeAlias = "Callable[[dict[str, Any]], None]"


class Phases:
    """How long each part of a run took, in seconds."""

    def __init__(self, tell: Tell) -> None:
        self.tell = tell
        self._since = time.monotonic()
        self.seconds: dict[str, float] = {}

    def done(self, name: str) -> None:
        """Close the phase that began where the last one ended."""
        now = time.monotonic()
        self.seconds[name] = round(now - self._since, 3)
        self._since = now
        self.tell({"phase": name, "seconds": self.seconds[name]})


async def run_job(preparation: Preparation, job: Awaitable[Job], stack: Stack, tell: Tell) -> Outcome:
    """Prepare a run on `stack`, check the job that comes, and leave nothing of it behind."""
    phases = Phases(tell)
    try:
        outcome = whose(await run_out(preparation, job, stack, phases), stack)
    finally:
        await stack.stop()
    phases.done("teardown")
    return replace(outcome, isolation=stack.isolation, phases=phases.seconds)


async def run_out(preparation: Preparation, job: Awaitable[Job], stack: Stack, phases: Phases) -> Outcome:
    """Make the attempt and return how it ended, as it looks from here."""
    try:
        return await attempt(preparation, job, stack, phases)
    except* Stopped as group:
        stopped = first(group)
        outcome = Outcome("stopped", cause=stopped.cause, log=stopped.log, explained=stopped.explained)
    except* InfrastructureError as group:
        trouble = first(group)
        outcome = Outcome("broken", cause=trouble.message, detail=trouble.detail)
    except* OSError as group:
        outcome = Outcome("broken", cause=f"the system refused: {first(group)}")
    except* Exception as group:  # noqa: BLE001 - a bug of ours must not look like the submission's failure
        outcome = Outcome("broken", cause=f"the workbench's own fault: {first(group)!r}")
    return outcome


def whose(outcome: Outcome, stack: Stack) -> Outcome:
    """Put the blame where it belongs: on the submission where it took too much, on us where a part of ours is gone."""
    if is_whole(outcome):
        return outcome
    if overrun := stack.overrun():
        return Outcome("stopped", cause=overrun.cause, log=overrun.log)
    if outcome.kind == "stopped" and (dead := stack.dead_parts()):
        return Outcome("broken", cause=f"{' and '.join(dead)} ended in the middle of the run")
    return outcome


def is_whole(outcome: Outcome) -> bool:
    """Whether every check came to an end of its own."""
    return outcome.kind == "complete" and all(seen.outcome != "error" for seen in outcome.observations)


def first(group: BaseExceptionGroup[E]) -> E:
    """Return the first leaf of a group."""
    error = group.exceptions[0]
    return first(error) if isinstance(error, BaseExceptionGroup) else error


async def attempt(preparation: Preparation, coming: Awaitable[Job], stack: Stack, phases: Phases) -> Outcome:
    """Bring everything up, let the suite observe, and watch that our own side holds."""
    async with AsyncExitStack() as cleanup:
        desk = Desk(stack)
        server = ControlServer(desk, stack.scratch / "desk.sock", stack.addresses()["token"])
        await server.start()
        cleanup.push_async_callback(server.stop)
        suite, records = await start_suite(preparation, stack, phases.tell)
        cleanup.push_async_callback(suite.kill)
        receiving = asyncio.create_task(receive(coming, stack))
        cleanup.callback(receiving.cancel)
        await stack.start()
        if preparation.explain:
            await stack.explain()
        lane = await make_queue(stack)
        phases.done("stack")
        job = await receiving
        phases.done("submission")
        found_by = {"api_lane": lane, **stack.addresses()}
        desk.received.set_result(found_by)
        await migrate(stack, stack.environment(lane))
        desk.migrated.set_result(found_by)
        phases.done("migrate")
        process, port = await start_api(stack, "api", stack.environment(lane))
        desk.adopt(process)
        desk.api_up.set_result(f"http://127.0.0.1:{port}")
        phases.done("api")
        worker = Worker(stack, stack.client_folder(job), lane, desk.adopt)
        cleanup.push_async_callback(worker.stop)
        await watch(suite, worker, desk, stack)
        found = suite_process.observations(await records)
        await settle(process, port)
        phases.done("suite")
        return completed(found, desk.casualty(), desk.last_exception)


async def receive(coming: Awaitable[Job], stack: Stack) -> Job:
    """Give the stack the job as soon as there is one: its processes have something to import first."""
    job = await coming
    await stack.receive(job)
    return job


def completed(found: tuple[Observation, ...], lost: Running | None, exception: Callable[[], str]) -> Outcome:
    """Return the outcome of checks that were all made, and what may explain findings: a lost API, or an exception."""
    if lost is not None:
        cause = f"the API {how_it_ended(lost)} while the checks ran"
        return Outcome("complete", found, cause=cause, log=lost.log.last())
    return Outcome("complete", found, log=exception() if any(seen.outcome == "fail" for seen in found) else "")


async def make_queue(stack: Stack) -> int:
    """Make the queue and the API's lane to it; return the lane's port."""
    queue = await stack.control("queue")
    await queue.call("queue_create", name="tasks", visibility_seconds=VISIBILITY_SECONDS)
    lane: int = (await queue.call("lane_open", name="api"))["port"]
    await queue.close()
    return lane


async def start_suite(
    preparation: Preparation, stack: Stack, tell: Tell
) -> tuple[Running, asyncio.Task[list[dict[str, Any]]]]:
    """Start the suite, which imports and collects while everything else comes up; return it and its records."""
    read_end, write_end = os.pipe()
    order = {
        "suite": preparation.suite,
        "only": list(preparation.only),
        "first": list(preparation.first),
        "desk": str(stack.scratch / "desk.sock"),
        "token": stack.addresses()["token"],
    }
    suite = await suite_process.start(order, write_end)
    os.close(write_end)
    journal = preparation.folder / "observations.jsonl"
    return suite, asyncio.create_task(suite_process.read(read_end, journal, tell))


async def watch(suite: Running, worker: Worker, desk: Desk, stack: Stack) -> None:
    """Wait for the suite's end; stop early where the worker cannot work or one of our own parts is gone."""
    deadline = time.monotonic() + stack.patience.checks
    ended = asyncio.create_task(suite.wait())
    failing = asyncio.create_task(worker.work(desk.worker_wanted, desk.function_open))
    try:
        while not ended.done():
            await asyncio.wait([ended, failing], timeout=WATCH_EVERY, return_when=asyncio.FIRST_COMPLETED)
            refuse_trouble(stack)
            if failing.done():
                raise failing.result()
            if time.monotonic() > deadline:
                raise Stopped(f"the checks did not end within {stack.patience.checks:g} s", explained=False)
        refuse_trouble(stack)
    finally:
        ended.cancel()
        failing.cancel()
    if suite.returncode not in (0, 1):
        raise InfrastructureError(f"the suite exited with status {suite.returncode}", detail=suite.log.last())


def refuse_trouble(stack: Stack) -> None:
    """Raise where the submission took too much, or a part of ours is gone."""
    if overrun := stack.overrun():
        raise Stopped(overrun.cause, overrun.log)
    if dead := stack.dead_parts():
        raise InfrastructureError(f"{' and '.join(dead)} ended in the middle of the run")
