"""Ports of this machine that lead into a run, whose loopback is its own.

The listening sockets are made outside, before the run's network is another one, and handed in: a socket stays in the
network that it was made in. Nothing leads the other way.
"""

from __future__ import annotations

import asyncio
import contextlib
import socket
from typing import TYPE_CHECKING, Final, Self

if TYPE_CHECKING:
    from collections.abc import Mapping

CHUNK_BYTES: Final = 64 * 1024
BACKLOG: Final = 64


class Doors:
    """Listening sockets on the loopback, by name, for as long as the context lasts."""

    def __init__(self, names: tuple[str, ...]) -> None:
        self._sockets = {name: socket.create_server(("127.0.0.1", 0), backlog=BACKLOG) for name in names}

    def __enter__(self) -> Self:
        """Return them."""
        return self

    def __exit__(self, *_: object) -> None:
        """Close this side's; the run's own go with the run."""
        for one in self._sockets.values():
            one.close()

    @property
    def ports(self) -> dict[str, int]:
        """The port of each."""
        return {name: one.getsockname()[1] for name, one in self._sockets.items()}

    @property
    def descriptors(self) -> dict[str, int]:
        """The file descriptor of each."""
        return {name: one.fileno() for name, one in self._sockets.items()}


class Relays:
    """Serves sockets that were handed in: each connection is led to the port of that name."""

    def __init__(self, descriptors: Mapping[str, int]) -> None:
        self._descriptors = descriptors
        self._servers: list[asyncio.Server] = []
        self.targets: dict[str, int] = {}  # a name without a port is where nobody answers at the moment

    async def start(self) -> None:
        """Take connections from now on."""
        for name, descriptor in self._descriptors.items():
            own = socket.socket(fileno=descriptor)
            self._servers.append(await asyncio.start_server(self._door(name), sock=own))

    async def stop(self) -> None:
        """Take none any more."""
        for server in self._servers:
            server.close()

    def _door(self, name: str) -> asyncio.streams._ClientConnectedCallback:
        async def lead(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            with contextlib.closing(writer), contextlib.suppress(OSError):
                there, back = await asyncio.open_connection("127.0.0.1", self.targets.get(name, 0))
                with contextlib.closing(back):
                    await asyncio.gather(carry(reader, back), carry(there, writer))

        return lead


async def carry(source: asyncio.StreamReader, target: asyncio.StreamWriter) -> None:
    """Carry bytes until the source ends, and tell the target so."""
    while data := await source.read(CHUNK_BYTES):
        target.write(data)
        await target.drain()
    if target.can_write_eof():
        target.write_eof()
