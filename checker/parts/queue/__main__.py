"""The queue front's process: `python -I -X utf8 -m checker.parts.queue`.

It reads one JSON line from stdin, `{"socket": path, "token": text}`, answers `{"ready": true}` in one line on stdout
when the control channel takes calls, and lives until stdin ends or SIGTERM comes. Stdin is its lifeline: the parent
holds the other end, so the process cannot outlive it.
"""

from __future__ import annotations

import asyncio
import json
import os
import resource
import signal
import sys
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from checker.control import ControlServer
from checker.parts.queue.service import QueueService

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

OPEN_FILES = 8192  # several lanes with their full number of connections


@asynccontextmanager
async def composed(path: Path, token: str) -> AsyncIterator[QueueService]:
    """Put the process's parts together and take them apart again."""
    service = QueueService()
    control = ControlServer(service, path, token)
    await service.start()
    try:
        await control.start()
        yield service
    finally:
        await control.stop()
        service.close()


async def serve(settings: dict[str, str]) -> None:
    """Serve until the lifeline ends."""
    over = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, over.set)
    async with composed(Path(settings["socket"]), settings["token"]):
        sys.stdout.write(json.dumps({"ready": True}) + "\n")
        sys.stdout.flush()
        loop.add_reader(sys.stdin.fileno(), _read_lifeline, over)
        await over.wait()


def _read_lifeline(over: asyncio.Event) -> None:
    if not os.read(sys.stdin.fileno(), 1024):
        over.set()


def _raise_file_limit() -> None:
    """Clients that leak connections must reach their own limit of open files before they reach ours."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = OPEN_FILES if hard == resource.RLIM_INFINITY else min(OPEN_FILES, hard)
    resource.setrlimit(resource.RLIMIT_NOFILE, (max(soft, wanted), hard))


if __name__ == "__main__":
    _raise_file_limit()
    asyncio.run(serve(json.loads(sys.stdin.readline())))
