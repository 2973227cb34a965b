"""The AWS Lambda runtime API, version 2018-06-01: the HTTP server that a runtime interface client polls.

The routes and the refusals are AWS's ("Using the Lambda runtime API for custom runtimes", and its published
runtime interface emulator). The restore routes belong to SnapStart, which is off: they are answered 404.
"""

from __future__ import annotations

import asyncio
import json
import re
import secrets
import socket
from http import HTTPStatus
from typing import Any, Final

from checker.parts.functions.records import Fault, Outcome
from checker.parts.functions.runtime import TOO_LARGE_ERROR, Flight, RefusedError, Runtime
from checker.parts.functions.wire import MAX_BODY_BYTES, Request, Wire, WireError

PREFIX: Final = "/2018-06-01/runtime"
NEXT_PATH: Final = f"{PREFIX}/invocation/next"
INIT_ERROR_PATH: Final = f"{PREFIX}/init/error"
ANSWER_PATH: Final = re.compile(re.escape(PREFIX) + r"/invocation/([^/]+)/(response|error)")
MAX_CONNECTIONS: Final = 32  # a client uses one or two
ACCEPTED: Final = b'{"status":"OK"}\n'
JSON_HEADERS: Final = {"Content-Type": "application/json"}
ERROR_TYPE_HEADER: Final = "lambda-runtime-function-error-type"
MAX_ERROR_TYPE: Final = 200  # characters; a type's name is shorter


class RuntimeApi:
    """Serves `runtime` on `host`; `address` is `host:port` once it listens."""

    def __init__(self, runtime: Runtime, *, function_arn: str, host: str, port: int) -> None:
        self._runtime = runtime
        self._function_arn = function_arn
        self._host = host
        self._port = port
        self._server: asyncio.Server | None = None
        self._connections: dict[asyncio.Task[None], Wire] = {}
        self.address = ""

    async def start(self) -> str:
        """Listen; return the address."""
        self._server = await asyncio.start_server(self._serve, self._host, self._port)
        listener = self._server.sockets[0]
        listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)  # accepted sockets inherit it
        self.address = f"{self._host}:{listener.getsockname()[1]}"
        return self.address

    async def stop(self) -> None:
        """Stop listening and drop every connection."""
        if self._server is not None:
            self._server.close()
        await self.drop_connections()

    async def drop_connections(self) -> None:
        """Close what the worker's process left open: it is gone, and so is whatever it had asked."""
        tasks = list(self._connections)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        wire, task = Wire(reader, writer), asyncio.current_task()
        if task is None or len(self._connections) >= MAX_CONNECTIONS:
            wire.abort()
            return
        self._connections[task] = wire
        try:
            while (request := await wire.request()) is not None:
                await self._answer(wire, request)
            wire.close()
        except (WireError, asyncio.CancelledError):
            wire.abort()  # nobody is there to read a refusal
        finally:
            del self._connections[task]

    async def _answer(self, wire: Wire, request: Request) -> None:
        try:
            await self._route(wire, request)
        except RefusedError as refusal:
            document = {"errorType": refusal.error_type, "errorMessage": str(refusal)}
            await wire.respond(refusal.status, json.dumps(document).encode(), JSON_HEADERS)

    async def _route(self, wire: Wire, request: Request) -> None:
        path = request.path.partition("?")[0]
        if path == NEXT_PATH:
            _require("GET", request)
            await self._next(wire)
        elif path == INIT_ERROR_PATH:
            _require("POST", request)
            self._runtime.fail_init(_fault(request))
            await wire.respond(HTTPStatus.ACCEPTED, ACCEPTED, JSON_HEADERS)
        elif match := ANSWER_PATH.fullmatch(path):
            _require("POST", request)
            self._take_answer(match[1], match[2], request)
            await wire.respond(HTTPStatus.ACCEPTED, ACCEPTED, JSON_HEADERS)
        else:
            raise RefusedError(HTTPStatus.NOT_FOUND, "NotFound", "there is no such resource")

    async def _next(self, wire: Wire) -> None:
        poll = self._runtime.poll()
        moved = asyncio.create_task(wire.peer_moved())
        either: set[asyncio.Future[Any]] = {poll, moved}
        try:
            await asyncio.wait(either, return_when=asyncio.FIRST_COMPLETED)
            if not poll.done() or poll.cancelled():
                raise WireError("nobody waits for this answer any more")
        finally:
            poll.cancel()
            moved.cancel()
            await asyncio.gather(moved, return_exceptions=True)
        flight = poll.result()
        await wire.respond(HTTPStatus.OK, flight.event, JSON_HEADERS | self._invocation_headers(flight))

    def _take_answer(self, request_id: str, kind: str, request: Request) -> None:
        if kind == "error":
            self._runtime.fail(request_id, _fault(request))
        elif request.oversized:
            message = f"the response has more than {MAX_BODY_BYTES} bytes"
            self._runtime.fail(request_id, Fault(TOO_LARGE_ERROR, message), Outcome.BAD_RESPONSE)
            raise RefusedError(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "RequestEntityTooLarge", message)
        else:
            self._runtime.respond(request_id, request.body)

    def _invocation_headers(self, flight: Flight) -> dict[str, str]:
        trace = f"Root=1-{flight.deadline_ms // 1000:08x}-{secrets.token_hex(12)}"
        return {
            "Lambda-Runtime-Aws-Request-Id": flight.request_id,
            "Lambda-Runtime-Deadline-Ms": str(flight.deadline_ms),
            "Lambda-Runtime-Invoked-Function-Arn": self._function_arn,
            "Lambda-Runtime-Trace-Id": f"{trace};Parent={secrets.token_hex(8)};Sampled=0",
        }


def _require(method: str, request: Request) -> None:
    if request.method != method:
        raise RefusedError(HTTPStatus.METHOD_NOT_ALLOWED, "MethodNotAllowed", f"this resource takes {method}")


def _fault(request: Request) -> Fault:
    return Fault.from_runtime(request.body, request.headers.get(ERROR_TYPE_HEADER, "")[:MAX_ERROR_TYPE])
