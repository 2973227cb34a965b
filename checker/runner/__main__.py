"""The inner process of a run on this machine: `python -m checker.runner`.

Standard input holds two lines of JSON, the preparation and, as soon as there is one, the job; it stays open for as
long as the run is wanted. Standard output gets events, a line of JSON each, the last of which is the outcome.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import sys
from typing import Any

from checker.processes import adopt_orphans
from checker.runner.job import Job, Preparation
from checker.runner.run import run_job
from checker.stacks.local import LocalStack
from checker.stacks.watch import end_descendants


def tell(event: dict[str, Any]) -> None:
    """Write one event."""
    sys.stdout.write(json.dumps(event) + "\n")
    sys.stdout.flush()


async def lifeline(reader: asyncio.StreamReader, job: asyncio.Future[Job]) -> None:
    """Take the job when it comes; return when nobody wants the run any more."""
    line = await reader.readline()
    if line:
        job.set_result(Job.from_json(line.decode()))
    while await reader.read(1024):
        pass


async def main() -> None:
    """Read the preparation, then the job; run it, tell the outcome."""
    reader = asyncio.StreamReader()
    loop = asyncio.get_running_loop()
    await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), sys.stdin)
    preparation = Preparation.from_json((await reader.readline()).decode())
    stack = LocalStack(preparation)
    job: asyncio.Future[Job] = loop.create_future()
    work = asyncio.create_task(run_job(preparation, job, stack, tell))
    gone = asyncio.create_task(lifeline(reader, job))
    await asyncio.wait([work, gone], return_when=asyncio.FIRST_COMPLETED)
    if not work.done():
        work.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await work
        return
    gone.cancel()
    tell({"outcome": json.loads(work.result().to_json())})


if __name__ == "__main__":
    adopt_orphans()  # without a shell around the run nothing else would find what has left its parent and its session
    try:
        asyncio.run(main())
    finally:
        end_descendants()
