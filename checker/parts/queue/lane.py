"""A lane: one listener with its own port, its own fault plans, and its name in the record."""

from __future__ import annotations

import asyncio
import logging
import socket
from typing import TYPE_CHECKING

from checker.parts.queue.answers import (
    INTERNAL,
    INVALID_ACTION,
    INVALID_VALUE,
    OVER_LIMIT,
    UNREADABLE,
    ErrorShape,
    error_answer,
    fault_answer,
)
from checker.parts.queue.attempts import Outcome, Record
from checker.parts.queue.calls import UNKNOWN, Call, read_answer, read_call
from checker.parts.queue.connection import Connection
from checker.parts.queue.emulator import Emulator, QueueError
from checker.parts.queue.faults import Fault, Hang, Reset
from checker.parts.queue.plans import Plans

if TYPE_CHECKING:
    from checker.parts.queue.wire import Request, Response

MAX_CONNECTIONS = 1024  # as many files as a submission's process may have open
BACKLOG = 512
logger = logging.getLogger(__name__)


class Lane:
    """Serves clients on a port of its own. `accept` opens it, `refuse` closes it, on the same port each time."""

    def __init__(self, name: str, emulator: Emulator, record: Record, address: tuple[str, int]) -> None:
        self.name = name
        self.plans = Plans()
        self._emulator = emulator
        self._record = record
        self._connections: set[Connection] = set()
        self._server: asyncio.Server | None = None
        self._reservation = _bound_socket(address)  # never listens: keeps the port ours while connections are refused
        self._host, self.port = self._reservation.getsockname()

    async def accept(self) -> None:
        """Listen."""
        if self._server is None:
            listener = _bound_socket((self._host, self.port))
            loop = asyncio.get_running_loop()
            self._server = await loop.create_server(lambda: Connection(self), sock=listener, backlog=BACKLOG)

    def refuse(self) -> None:
        """Stop listening: connections are refused. Idle ones are reset, busy ones get their answer and then close."""
        if self._server is not None:
            self._server.close()
            self._server = None
        for connection in list(self._connections):
            if connection.idle:
                connection.reset()
            else:
                connection.leave_after_answer()

    def close(self) -> None:
        """Stop listening, drop every connection and give the port back."""
        self.refuse()
        for connection in list(self._connections):
            connection.reset()
        self._reservation.close()

    def opened(self, connection: Connection) -> None:
        """Take note of a new connection; one too many, or one that the kernel took before `refuse`, is reset."""
        self._connections.add(connection)
        if self._server is None or len(self._connections) > MAX_CONNECTIONS:
            connection.reset()

    def closed(self, connection: Connection) -> None:
        """Take note that it is gone."""
        self._connections.discard(connection)

    async def exchange(self, request: Request, connection: Connection) -> None:
        """Record the attempt, and answer it as the plans say or as the emulator does."""
        call = read_call(request)
        number = self._record.begin(self.name, call)
        if number is None:
            await connection.answer(error_answer(OVER_LIMIT, call.protocol))
            return
        try:
            response = await self._respond(request, call, number)
            if response is None:
                connection.reset()
            else:
                await connection.answer(response)
        finally:
            self._record.end(number)

    async def _respond(self, request: Request, call: Call, number: int) -> Response | None:
        """Return the answer; null is to reset the connection."""
        fault = self.plans.decide(call)
        if fault is not None:
            return await self._inject(fault, call, number)
        refusal = _refusal(call)
        if refusal is not None:
            self._record.update(number, outcome=Outcome.REJECTED, status=refusal.status)
            return error_answer(refusal, call.protocol)
        return await self._pass(request, call, number)

    async def _inject(self, fault: Fault, call: Call, number: int) -> Response | None:
        if isinstance(fault, Reset):
            self._record.update(number, outcome=Outcome.RESET, fault=fault.kind)
            return None
        if isinstance(fault, Hang):
            self._record.update(number, outcome=Outcome.HUNG, fault=fault.kind)
            await asyncio.sleep(fault.seconds)
            return None
        response = fault_answer(fault, call.protocol)
        self._record.update(number, outcome=Outcome.REFUSED, fault=fault.kind, status=response.status)
        return response

    async def _pass(self, request: Request, call: Call, number: int) -> Response:
        try:
            response = await self._emulator.request(request, address=f"{self._host}:{self.port}")
            message_id, entries = read_answer(call, response)
        except QueueError:
            self._record.update(number, outcome=Outcome.REJECTED, status=INVALID_VALUE.status)
            return error_answer(INVALID_VALUE, call.protocol)
        except Exception:
            logger.exception("the emulator failed on %s", call.operation)
            self._record.update(number, outcome=Outcome.EMULATOR_FAILED, status=INTERNAL.status)
            return error_answer(INTERNAL, call.protocol)
        named = {"message_id": message_id, "entries": entries}
        self._record.update(number, outcome=Outcome.PASSED, status=response.status, **named)
        return response


def _refusal(call: Call) -> ErrorShape | None:
    """Return why the front answers by itself: nothing but SQS reaches the emulator."""
    if not call.readable:
        return UNREADABLE
    return INVALID_ACTION if call.operation == UNKNOWN else None


def _bound_socket(address: tuple[str, int]) -> socket.socket:
    """Bind; several of these may share a port as long as one of them listens."""
    bound = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    bound.bind(address)
    return bound
