"""The inside of a lab: the parts stay up, and a service runs on them until another one takes its place."""

from __future__ import annotations

import asyncio
import contextlib
import random
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from checker.lab.figures import Counter, Sample
from checker.lab.filling import fill
from checker.lab.gauges import Gauges
from checker.lab.load import Traffic
from checker.lab.mix import Mix, Pool
from checker.lab.relay import Relays
from checker.runner.run import make_queue
from checker.runner.service import Stopped, how_it_ended, migrate, start_api
from checker.runner.worker import Worker

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from checker.lab.plan import Load
    from checker.lab.stack import LabStack
    from checker.processes import Running
    from checker.runner.job import Job

SAMPLE_SECONDS: Final = 1.0


@dataclass
class Api:
    """The API under way: its process, its port, how often it was started."""

    process: Running
    port: int
    starts: int


class Lab:
    """One lab: jobs come in, events go out; see `checker.lab.run` for what they are."""

    def __init__(self, stack: LabStack, load: Load, relays: Relays, tell: Callable[[dict[str, Any]], None]) -> None:
        dice = random.Random()  # noqa: S311 - nothing to guess here
        self._stack = stack
        self._load = load
        self._relays = relays
        self._tell = tell
        self._pool = Pool(dice)
        self._mix = Mix(load.requests, self._pool, dice)
        self._filled = False

    async def run(self, jobs: asyncio.Queue[Job]) -> None:
        """Run one service after the other for ever."""
        self._tell({"phase": "parts"})
        await self._stack.start()
        lane = await make_queue(self._stack)
        await self._relays.start()
        self._relays.targets = {**self._stack.ports(), "queue": lane}
        self._gauges = await Gauges.open(self._stack)
        job = await jobs.get()
        while True:
            serving = asyncio.create_task(self._serve(job, lane))
            coming = asyncio.create_task(jobs.get())
            await asyncio.wait([serving, coming], return_when=asyncio.FIRST_COMPLETED)
            if serving.done():
                serving.result()  # whatever it is, is ours
            job = await coming
            serving.cancel()
            await asyncio.wait([serving])

    async def _serve(self, job: Job, lane: int) -> None:
        """Run one service until it is cancelled, or does not come up or go on; then nothing of it is left."""
        try:
            await self._bring_up(job, lane)
        except Stopped as stopped:
            self._tell({"stopped": stopped.cause, "log": stopped.log})
        finally:
            self._relays.targets.pop("api", None)
            await self._stack.end_service()

    async def _bring_up(self, job: Job, lane: int) -> None:
        self._tell({"phase": "migration"})
        await self._stack.receive(job)
        await migrate(self._stack, self._stack.environment(lane))
        if not self._filled:
            if self._load.rows or self._load.fill:
                self._tell({"phase": "filling"})
                self._pool.fill(await fill(self._stack, self._load))
            self._filled = True
        self._tell({"phase": "service"})
        async with working(self._stack, self._stack.client_folder(job), lane) as failing:
            serving = asyncio.create_task(self._keep_api(lane))
            try:
                await asyncio.wait([serving, failing], return_when=asyncio.FIRST_COMPLETED)
            finally:
                serving.cancel()
                await asyncio.wait([serving])
            raise failing.result() if failing.done() else (serving.exception() or Stopped("the service ended"))

    async def _keep_api(self, lane: int) -> None:
        """Start the API, and again whenever it has ended, as a container's keeper does."""
        for starts in range(1, 1_000_000):
            process, port = await start_api(self._stack, "api", self._stack.environment(lane))
            self._relays.targets["api"] = port
            self._tell({"up": self._stack.environment(lane), "starts": starts})
            await self._observe(Api(process, port, starts))
            self._tell({"died": f"the API {how_it_ended(process)}", "log": process.log.last(5)})

    async def _observe(self, api: Api) -> None:
        """Load the API and tell its figures until it ends."""
        counter = Counter([entry.label for entry in self._load.requests if not entry.message])
        traffic = Traffic(self._load, self._mix, self._pool, counter, self._gauges.send)
        tasks = [
            asyncio.create_task(traffic.run(f"http://127.0.0.1:{api.port}")),
            asyncio.create_task(self._sample(api, counter)),
            asyncio.create_task(api.process.wait()),
        ]
        try:
            done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
            for task in done:
                task.result()
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.wait(tasks)

    async def _sample(self, api: Api, counter: Counter) -> None:
        since = time.monotonic()
        while True:
            await asyncio.sleep(SAMPLE_SECONDS)
            now = time.monotonic()
            pids = self._stack.pids()
            sample: Sample = await self._gauges.read(
                round(now - since, 1), counter.traffic(now, since), api.process, api.starts, pids
            )
            self._tell({"sample": sample.to_data()})


@contextlib.asynccontextmanager
async def working(stack: LabStack, client: Path, lane: int) -> Any:
    """Keep the worker alive for as long as the context lasts; yields what ends with `Stopped` where it cannot work."""
    worker, wanted, opened = Worker(stack, client, lane), asyncio.Event(), asyncio.Event()
    wanted.set()
    failing = asyncio.create_task(worker.work(wanted, opened))
    host = await stack.control("functions")
    try:
        await opened.wait()
        await host.call("mapping_resume")
        yield failing
    finally:
        failing.cancel()
        await asyncio.wait([failing])
        await worker.stop()
        await stack.end_service()
        await host.call("function_close")
        await host.close()
