"""The database front: a TCP proxy that can hold bytes back on order (see docs/reference/database-front.md).

It stands between a process of the submission and a server, and speaks neither SQL nor any other protocol: what comes
in on one side goes out on the other, unless a hold is in its way. So it serves before Redis as well. A hold never
outlives `HOLD_SECONDS`, whatever becomes of who ordered it.
"""

from __future__ import annotations

import asyncio
import contextlib
import socket
from enum import Enum
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable

HOLD_SECONDS: Final = 3.0  # the contract, task4: neither a lock nor a GET is held for longer
CHUNK_BYTES: Final = 64 * 1024
MAX_MARKER_BYTES: Final = 256
LOOPBACK: Final = "127.0.0.1"


class Direction(Enum):
    """Which way bytes go."""

    TO_SERVER = "to server"
    TO_CLIENT = "to client"


class Stream:
    """One direction of one connection; `local_port` is the front's own towards the server, where it is the client."""

    def __init__(self, direction: Direction, local_port: int, source: asyncio.StreamReader) -> None:
        self.direction = direction
        self.local_port = local_port
        self._source = source
        self._before = self._last = b""

    async def read(self) -> bytes:
        """Return what came in; empty at the end."""
        self._before = (self._before + self._last)[-MAX_MARKER_BYTES:]
        self._last = await self._source.read(CHUNK_BYTES)
        return self._last

    def shows(self, marker: bytes) -> bool:
        """Whether what was read last completes `marker`, which may have begun before."""
        return marker in (self._before[-len(marker) + 1 :] if len(marker) > 1 else b"") + self._last


class Hold:
    """Keeps back the bytes that `wants` chooses, until they are let go."""

    def __init__(self, wants: Callable[[Stream], bool]) -> None:
        self.wants = wants
        self.released = False
        self._waiting: list[asyncio.Future[None]] = []
        self._held = asyncio.Event()
        self._end = asyncio.get_running_loop().call_later(HOLD_SECONDS, self.release)

    async def held(self, seconds: float) -> bool:
        """Wait until bytes are being held; False where none are after `seconds`, or where the hold is over."""
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._held.wait(), seconds)
        return bool(self._waiting)

    def step(self) -> None:
        """Let the bytes go that are held now, and hold what follows."""
        waiting, self._waiting = self._waiting, []
        for one in waiting:
            if not one.done():
                one.set_result(None)
        if not self.released:
            self._held.clear()

    def release(self) -> None:
        """Let everything go, now and later."""
        self.released = True
        self._end.cancel()
        self.step()
        self._held.set()  # whoever waits for bytes waits no more

    async def gate(self) -> None:
        """Return when bytes that have come may go."""
        if self.released:
            return
        passing = asyncio.get_running_loop().create_future()
        self._waiting.append(passing)
        self._held.set()
        await passing


class DatabaseFront:
    """Listens on a port of its own and passes every connection on to `upstream` (host and port)."""

    def __init__(self, upstream: tuple[str, int], host: str = LOOPBACK) -> None:
        self._upstream = upstream
        self._host = host
        self._socket = socket.socket()
        self._server: asyncio.Server | None = None
        self._connections: set[asyncio.Task[None]] = set()
        self._holds: list[Hold] = []
        self.port = 0

    async def start(self, *, listening: bool = True) -> None:
        """Take a port, and listen unless connections are to be refused at first; `port` is known from then on."""
        self._socket.bind((self._host, 0))
        self.port = self._socket.getsockname()[1]
        if listening:
            await self.listen()

    async def listen(self) -> None:
        """Serve connections from now on."""
        self._server = await asyncio.start_server(self._serve, sock=self._socket)

    async def stop(self) -> None:
        """Stop listening and drop every connection."""
        if self._server is not None:
            self._server.close()
        self._socket.close()
        for hold in self._holds:
            hold.release()
        for connection in list(self._connections):
            connection.cancel()
        await asyncio.gather(*self._connections, return_exceptions=True)

    def hold_answer(self, marker: bytes) -> Hold:
        """Hold the next answer that contains `marker` (2 to 256 bytes), and all that follows it on its connection."""
        claimed: list[Stream] = []

        def wants(stream: Stream) -> bool:
            if not claimed and stream.direction is Direction.TO_CLIENT and stream.shows(marker):
                claimed.append(stream)
            return stream in claimed

        return self._add(Hold(wants))

    def hold_requests(self, local_port: int | None = None) -> Hold:
        """Hold what clients send; on one connection, where `local_port` is its port as the server sees it."""

        def wants(stream: Stream) -> bool:
            return stream.direction is Direction.TO_SERVER and local_port in {None, stream.local_port}

        return self._add(Hold(wants))

    def _add(self, hold: Hold) -> Hold:
        self._holds = [one for one in self._holds if not one.released]
        self._holds.append(hold)
        return hold

    async def _serve(self, client: asyncio.StreamReader, to_client: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        if task is None:
            raise RuntimeError("a connection is served outside a task")
        self._connections.add(task)
        try:
            await self._connect(client, to_client)
        except OSError:
            to_client.transport.abort()  # the nearest to a refusal that is left to us
        finally:
            to_client.close()
            self._connections.discard(task)

    async def _connect(self, client: asyncio.StreamReader, to_client: asyncio.StreamWriter) -> None:
        """Pass bytes on in both directions until one of them ends."""
        server, to_server = await asyncio.open_connection(*self._upstream)
        port = to_server.get_extra_info("sockname")[1]
        pumps = [
            asyncio.create_task(self._pump(Stream(Direction.TO_SERVER, port, client), to_server)),
            asyncio.create_task(self._pump(Stream(Direction.TO_CLIENT, port, server), to_client)),
        ]
        try:
            await asyncio.wait(pumps, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for pump in pumps:
                pump.cancel()
            to_server.close()

    async def _pump(self, stream: Stream, target: asyncio.StreamWriter) -> None:
        """Pass on what comes, until it ends."""
        with contextlib.suppress(OSError):
            while chunk := await stream.read():
                for hold in [one for one in self._holds if one.wants(stream)]:
                    await hold.gate()
                target.write(chunk)
                await target.drain()
