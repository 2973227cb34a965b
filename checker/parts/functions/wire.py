"""HTTP/1.1 on one connection of the runtime API: requests with caps, answers, and whether the peer is still there.

The peer is the submission. Whatever it sends, a call here returns a request, returns None, or raises `WireError`.
"""

from __future__ import annotations

import asyncio
import contextlib
from dataclasses import dataclass, field
from typing import Final

import h11

MAX_HEAD_BYTES: Final = 2 * 1024 * 1024  # the client sends the cause of an error as a header of up to 1 MiB
MAX_BODY_BYTES: Final = 6 * 1024 * 1024 + 100  # AWS's own limit of a response
MAX_DISCARDED_BYTES: Final = 64 * 1024 * 1024  # of a larger body, so that its sender gets to read the refusal
REQUEST_SECONDS: Final = 30.0  # from the first byte of a request to its last
READ_BYTES: Final = 64 * 1024


class WireError(Exception):
    """The peer broke the protocol or a limit, or went away in the middle; the connection is of no more use."""


@dataclass(frozen=True)
class Request:
    """A request; `oversized` where its body was longer than is kept (`body` is empty then)."""

    method: str
    path: str
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes = b""
    oversized: bool = False


class Wire:
    """One connection, served a request at a time."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader = reader
        self._writer = writer
        self._http = h11.Connection(h11.SERVER, max_incomplete_event_size=MAX_HEAD_BYTES)

    async def request(self) -> Request | None:
        """Return the next request; None where the peer closed the connection between two requests."""
        try:
            if self._http.trailing_data[0] == b"" and not await self._fill():
                return None
            async with asyncio.timeout(REQUEST_SECONDS):
                return await self._read_request()
        except (h11.RemoteProtocolError, ConnectionError, TimeoutError) as error:
            raise WireError(str(error)) from error

    async def respond(self, status: int, body: bytes, headers: dict[str, str]) -> None:
        """Answer the request that was read last."""
        head = [("Content-Length", str(len(body))), *headers.items()]
        try:
            self._writer.write(
                (self._http.send(h11.Response(status_code=status, headers=head)) or b"")
                + (self._http.send(h11.Data(data=body)) or b"")
                + (self._http.send(h11.EndOfMessage()) or b"")
            )
            await self._writer.drain()
            self._http.start_next_cycle()
        except (h11.ProtocolError, ConnectionError) as error:
            raise WireError(str(error)) from error

    async def peer_moved(self) -> None:
        """Return when the peer closes the connection, or sends more although it has no answer yet."""
        with contextlib.suppress(ConnectionError):
            await self._reader.read(1)

    def close(self) -> None:
        """Close the connection once what was answered has been taken."""
        self._writer.close()

    def abort(self) -> None:
        """Close the connection at once."""
        self._writer.transport.abort()

    async def _fill(self) -> bool:
        data = await self._reader.read(READ_BYTES)
        self._http.receive_data(data)
        return bool(data)

    async def _event(self) -> h11.Event | None:
        while True:
            event = self._http.next_event()
            if isinstance(event, h11.Event):
                return event
            if event is h11.PAUSED:
                return None
            if self._http.they_are_waiting_for_100_continue:
                self._writer.write(self._http.send(h11.InformationalResponse(status_code=100, headers=[])) or b"")
            await self._fill()

    async def _read_request(self) -> Request | None:
        head = await self._event()
        if isinstance(head, h11.ConnectionClosed):
            return None
        if not isinstance(head, h11.Request):
            raise WireError("no request where one was due")
        body, oversized = await self._read_body()
        headers = {name.decode("latin-1"): value.decode("latin-1") for name, value in head.headers}
        return Request(head.method.decode("latin-1"), head.target.decode("latin-1"), headers, body, oversized)

    async def _read_body(self) -> tuple[bytes, bool]:
        body, seen = bytearray(), 0
        while isinstance(event := await self._event(), h11.Data):
            seen += len(event.data)
            if seen > MAX_DISCARDED_BYTES:
                raise WireError("the body does not end")
            if seen > MAX_BODY_BYTES:
                body.clear()
            else:
                body += event.data
        return bytes(body), seen > MAX_BODY_BYTES
