"""The queue front's process: `python -I -X utf8 -m checker.parts.queue`.

It reads one JSON line from stdin, `{"socket": path, "token": text}` with
`"functions": path` where the function host's channel is wanted too, answers `{"ready": true}` in one line on stdout
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
from checker.parts.functions.emulator_port import EmulatorPort
from checker.parts.functions.host import FunctionHost
from checker.parts.queue.service import QueueService

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Mapping

OPEN_FILES = 8192  # several lanes with their full number of connections


@asynccontextmanager
async def composed(settings: Mapping[str, str]) -> AsyncIterator[QueueService]:
    """Put the process's parts together and take them apart again."""
    service = QueueService()
    host = FunctionHost(EmulatorPort(service.emulator))
    service.on_message_stored(lambda _: host.notify())
    controls = [ControlServer(service, Path(settings["socket"]), settings["token"])]
    if "functions" in settings:
        controls.append(ControlServer(host, Path(settings["functions"]), settings["token"]))
    await service.start()
    try:
        for control in controls:
            await control.start()
        yield service
    finally:
        for control in controls:
            await control.stop()
        await host.function_close()
        service.close()


async def serve(settings: dict[str, str]) -> None:
    """Serve until the lifeline ends."""
    over = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, over.set)
    async with composed(settings):
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
