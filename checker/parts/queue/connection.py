"""One connection of a client: HTTP/1.1 with keep-alive, one request at a time."""

from __future__ import annotations

import asyncio
import socket
import struct
from typing import TYPE_CHECKING, Protocol, cast
from urllib.parse import unquote

import h11

from checker.parts.queue.wire import Request, Response

if TYPE_CHECKING:
    from collections.abc import Mapping

MAX_HEADER_BYTES = 64 * 1024
MAX_BODY_BYTES = 4 * 1024 * 1024  # a message has 1 MiB, and either protocol's escapes may treble it
MAX_AHEAD_BYTES = 64 * 1024  # what a client may send before it has its answer
FAREWELL_SECONDS = 2.0  # closing at once, with bytes unread, would reset the connection and lose the answer
METHODS = (b"GET", b"POST")
_RESET_ON_CLOSE = struct.pack("ii", 1, 0)


class Owner(Protocol):
    """Whom a connection belongs to."""

    def opened(self, connection: Connection) -> None:
        """Take note of a new connection."""

    def closed(self, connection: Connection) -> None:
        """Take note that it is gone."""

    async def exchange(self, request: Request, connection: Connection) -> None:
        """Answer `request` by `connection.answer` or `connection.reset`; cancelled when the client leaves."""


class Connection(asyncio.Protocol):
    """Reads requests within limits, hands them to its owner, writes the answers."""

    _transport: asyncio.Transport

    def __init__(self, owner: Owner) -> None:
        self._owner = owner
        self._parser = h11.Connection(h11.SERVER, max_incomplete_event_size=MAX_HEADER_BYTES)
        self._head: h11.Request | None = None
        self._body = bytearray()
        self._exchange: asyncio.Task[None] | None = None
        self._writable = asyncio.Event()
        self._writable.set()
        self._last_answer = False
        self._turned_away = False

    @property
    def idle(self) -> bool:
        """Whether no request is being answered."""
        return self._exchange is None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Begin; small answers leave at once (the event loop sets TCP_NODELAY too, but promises it nowhere)."""
        self._transport = cast("asyncio.Transport", transport)
        transport.get_extra_info("socket").setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._owner.opened(self)

    def connection_lost(self, exc: Exception | None) -> None:  # noqa: ARG002 - the name is asyncio's
        """End; a request that is being answered is given up."""
        if self._exchange is not None:
            self._exchange.cancel()
        self._owner.closed(self)

    def pause_writing(self) -> None:
        """Hold `answer` back until the client has read."""
        self._writable.clear()

    def resume_writing(self) -> None:
        """Let `answer` go on."""
        self._writable.set()

    def data_received(self, data: bytes) -> None:
        """Take what came in; what follows a request that was turned away is thrown away."""
        if not self._turned_away:
            self._parser.receive_data(data)
            self._advance()

    def leave_after_answer(self) -> None:
        """Close once the request at hand is answered."""
        self._last_answer = True

    def reset(self) -> None:
        """Reset the connection: the client gets RST, whatever it waits for."""
        sock = self._transport.get_extra_info("socket")
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET_ON_CLOSE)
        self._transport.abort()

    async def answer(self, response: Response) -> None:
        """Write `response`; returns when its last byte was handed to the socket."""
        self._write(response, last=self._last_answer)
        await self._writable.wait()

    def _advance(self) -> None:
        try:
            while self._exchange is None and self._take(self._parser.next_event()):
                pass
        except h11.RemoteProtocolError as error:
            self._turn_away(error.error_status_hint)
        if len(self._parser.trailing_data[0]) > MAX_AHEAD_BYTES:
            self.reset()

    def _take(self, event: object) -> bool:
        """Take one event of the parser; return whether another may follow."""
        if isinstance(event, h11.Request):
            self._begin(event)
        elif isinstance(event, h11.Data):
            self._body += event.data
            _check_length(len(self._body))
        elif isinstance(event, h11.EndOfMessage):
            self._exchange = asyncio.create_task(self._serve(self._request()))
        elif event is h11.NEED_DATA:
            if self._parser.they_are_waiting_for_100_continue:
                self._send(h11.InformationalResponse(status_code=100, headers=[]))
            return False
        else:
            self._transport.close()
            return False
        return True

    def _begin(self, head: h11.Request) -> None:
        self._head, self._body = head, bytearray()
        if head.method not in METHODS:
            raise h11.RemoteProtocolError("only GET and POST are served", error_status_hint=405)
        for name, value in head.headers:
            if name == b"content-length":
                _check_length(int(value))

    def _request(self) -> Request:
        if self._head is None:
            raise RuntimeError("the parser ended a request that it had not begun")
        path, _, query = self._head.target.decode("latin-1").partition("?")
        headers = {name.decode("latin-1"): value.decode("latin-1") for name, value in self._head.headers}
        return Request(self._head.method.decode("latin-1"), unquote(path), query, headers, bytes(self._body))

    async def _serve(self, request: Request) -> None:
        await self._owner.exchange(request, self)
        self._exchange = None
        if self._transport.is_closing():
            return
        if self._parser.our_state is h11.MUST_CLOSE:
            self._transport.close()
        else:
            self._parser.start_next_cycle()
            self._advance()

    def _turn_away(self, status: int) -> None:
        self._turned_away = True
        if self._parser.our_state in {h11.IDLE, h11.SEND_RESPONSE}:
            self._write(Response(status), last=True)
        self._transport.write_eof()
        asyncio.get_running_loop().call_later(FAREWELL_SECONDS, self._transport.abort)

    def _write(self, response: Response, *, last: bool) -> None:
        headers = {**response.headers, "Content-Length": str(len(response.body))}
        if last:
            headers["Connection"] = "close"
        self._send(
            h11.Response(status_code=response.status, headers=_raw(headers)),
            h11.Data(data=response.body),
            h11.EndOfMessage(),
        )

    def _send(self, *events: h11.Event) -> None:
        self._transport.write(b"".join(self._parser.send(event) or b"" for event in events))


def _raw(headers: Mapping[str, str]) -> list[tuple[bytes, bytes]]:
    return [(name.encode("latin-1"), value.encode("latin-1")) for name, value in headers.items()]


def _check_length(length: int) -> None:
    if length > MAX_BODY_BYTES:
        raise h11.RemoteProtocolError("the body is too long", error_status_hint=413)
