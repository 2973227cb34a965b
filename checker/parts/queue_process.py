"""The process that holds the queue's emulator, the queue front and the function host."""

from __future__ import annotations

import json
import secrets
import sys
from pathlib import Path
from typing import Final

from checker.control import AsyncControlClient
from checker.errors import InfrastructureError
from checker.processes import Launch, Running, launch_here

START_SECONDS: Final = 20.0


class QueueProcess:
    """Starts `python -m checker.parts.queue` and connects to what it offers."""

    def __init__(self, folder: Path, launch: Launch = launch_here) -> None:
        self._folder = folder
        self._launch = launch
        self._token = secrets.token_hex(16)
        self.process: Running | None = None

    def addresses(self) -> dict[str, str]:
        """Return where the control channels are, and the token that opens them."""
        return {
            "queue": str(self._folder / "queue.sock"),
            "functions": str(self._folder / "functions.sock"),
            "token": self._token,
        }

    async def start(self) -> None:
        """Start it and wait until its channels are open."""
        addresses = self.addresses()
        order = json.dumps({**addresses, "socket": addresses["queue"]}).encode() + b"\n"
        self.process = await self._launch(
            "queue",
            [sys.executable, "-I", "-X", "utf8", "-m", "checker.parts.queue"],
            environ={"PATH": "/usr/bin:/bin", "LANG": "C.UTF-8"},
            stdin=order,
        )
        if not await self.process.wait_for_line('"ready"', START_SECONDS):
            raise InfrastructureError(f"the queue did not start: {self.process.log.last(5)}")

    async def connect(self, part: str) -> AsyncControlClient:
        """Open a control channel to `queue` or `functions`."""
        return await AsyncControlClient.connect(self._folder / f"{part}.sock", self._token)

    async def stop(self) -> None:
        """End it at once."""
        if self.process is not None:
            await self.process.kill()
