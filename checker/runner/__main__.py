"""The inner process of a run: `python -m checker.runner local`, or `docker` in a container of its own.

Standard input holds lines of JSON: the preparation, the job as soon as there is one, and what the stack is told; it
stays open for as long as the run is wanted. Standard output gets events, a line of JSON each, the last of which is
the outcome.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import sys
from typing import TYPE_CHECKING, Any, Final

from checker.processes import adopt_orphans
from checker.runner.job import Job, Preparation
from checker.runner.run import run_job
from checker.stacks.watch import end_descendants

if TYPE_CHECKING:
    from checker.stacks.base import Stack

MAX_LINE_BYTES: Final = 1024 * 1024  # of what is told: a chunk of a process's output, in base64


def tell(event: dict[str, Any]) -> None:
    """Write one event."""
    sys.stdout.write(json.dumps(event) + "\n")
    sys.stdout.flush()


def make_stack(name: str, preparation: Preparation) -> Stack:
    """Return the stack of that name; the other one is not even imported."""
    if name == "docker":
        from checker.stacks.docker import DockerStack

        return DockerStack(preparation, tell)
    from checker.stacks.local import LocalStack

    return LocalStack(preparation)


async def lifeline(reader: asyncio.StreamReader, job: asyncio.Future[Job], stack: Stack) -> None:
    """Take the job when it comes, and what the stack is told; return when nobody wants the run any more."""
    while line := await reader.readline():
        message = json.loads(line)
        if "submission" in message:
            job.set_result(Job.from_data(message))
        else:
            stack.hear(message)


async def main(name: str) -> None:
    """Read the preparation, then the job; run it, tell the outcome."""
    reader = asyncio.StreamReader(limit=MAX_LINE_BYTES)
    loop = asyncio.get_running_loop()
    await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), sys.stdin)
    preparation = Preparation.from_json((await reader.readline()).decode())
    stack = make_stack(name, preparation)
    job: asyncio.Future[Job] = loop.create_future()
    work = asyncio.create_task(run_job(preparation, job, stack, tell))
    gone = asyncio.create_task(lifeline(reader, job, stack))
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
        asyncio.run(main(sys.argv[1]))
    finally:
        end_descendants()
