"""The inner process of a run on this machine: `python -m checker.runner`.

Standard input holds the job, a line of JSON, and stays open for as long as the run is wanted; standard output gets
events, a line of JSON each, the last of which is the outcome.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import sys
from pathlib import Path
from typing import Any

from checker.isolation import Isolation
from checker.runner.job import Job
from checker.runner.run import run_job
from checker.stacks.local import LocalStack, Site


def tell(event: dict[str, Any]) -> None:
    """Write one event."""
    sys.stdout.write(json.dumps(event) + "\n")
    sys.stdout.flush()


async def lifeline(reader: asyncio.StreamReader) -> None:
    """Return when nobody wants the run any more."""
    while await reader.read(1024):
        pass


async def main() -> None:
    """Read the job, run it, tell the outcome."""
    reader = asyncio.StreamReader()
    await asyncio.get_running_loop().connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), sys.stdin)
    job = Job.from_json((await reader.readline()).decode())
    site = Site(job.folder, Path(job.submission), Path(job.venv), Isolation(job.isolation))
    work = asyncio.create_task(run_job(job, LocalStack(site), tell))
    gone = asyncio.create_task(lifeline(reader))
    await asyncio.wait([work, gone], return_when=asyncio.FIRST_COMPLETED)
    if not work.done():
        work.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await work
        return
    gone.cancel()
    tell({"outcome": json.loads(work.result().to_json())})


if __name__ == "__main__":
    asyncio.run(main())
