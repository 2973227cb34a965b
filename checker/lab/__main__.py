"""The inner process of a lab: `python -m checker.lab`.

Standard input holds lines of JSON: the preparation, the order, and each service that is to run from now on; it stays
open for as long as the lab is wanted. Standard output gets events, a line of JSON each.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import sys
from typing import Any

from checker.errors import WorkbenchError
from checker.lab.inside import Lab
from checker.lab.plan import Load
from checker.lab.relay import Relays
from checker.lab.stack import LabStack
from checker.processes import adopt_orphans
from checker.runner.job import Job, Preparation
from checker.stacks.watch import end_descendants


def tell(event: dict[str, Any]) -> None:
    """Write one event."""
    sys.stdout.write(json.dumps(event) + "\n")
    sys.stdout.flush()


async def lifeline(reader: asyncio.StreamReader, jobs: asyncio.Queue[Job]) -> None:
    """Take jobs as they come; return when nobody wants the lab any more."""
    while line := await reader.readline():
        jobs.put_nowait(Job.from_json(line.decode()))


async def main() -> None:
    """Read what the lab is to be, run it until the lifeline ends, and leave nothing."""
    reader = asyncio.StreamReader()
    loop = asyncio.get_running_loop()
    await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), sys.stdin)
    preparation = Preparation.from_json((await reader.readline()).decode())
    order = json.loads(await reader.readline())
    stack = LabStack(preparation)
    jobs: asyncio.Queue[Job] = asyncio.Queue()
    lab = Lab(stack, Load.model_validate(order["load"]), Relays(order["doors"]), tell)
    tasks = [asyncio.create_task(lab.run(jobs)), asyncio.create_task(lifeline(reader, jobs))]
    try:
        done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        if tasks[0] in done:
            tell({"broken": said(tasks[0].exception())})
    finally:
        tasks[0].cancel()
        with contextlib.suppress(BaseException):
            await tasks[0]
        await stack.stop()


def said(error: BaseException | None) -> str:
    """Say what of ours broke."""
    if isinstance(error, BaseExceptionGroup):
        return said(error.exceptions[0])
    return error.message if isinstance(error, WorkbenchError) else f"the workbench's own fault: {error!r}"


if __name__ == "__main__":
    adopt_orphans()
    try:
        asyncio.run(main())
    finally:
        end_descendants()
