"""A small remote procedure call between trusted processes of one run: JSON, a line a message.

A server offers the public coroutine methods of an object; a client calls them by name with keyword arguments.
Both sides are the workbench's own. The socket is a UNIX one in a folder that no submission can see, and every
connection begins with the run's token, so that a process that finds the socket all the same is turned away.
"""

from __future__ import annotations

import asyncio
import contextlib
import hmac
import inspect
import json
import socket
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable
    from pathlib import Path

MAX_LINE_BYTES = 64 * 1024 * 1024  # a full list of attempts with their bodies stays far below
CONNECT_SECONDS = 10.0
GREETING_SECONDS = 10.0  # a caller sends the token with its first breath


class RemoteError(RuntimeError):
    """The other side raised; its text is `Type: message`."""


class ControlServer:
    """Offers `target`'s public coroutine methods on a UNIX socket; several calls may be under way at once."""

    def __init__(self, target: object, path: Path, token: str) -> None:
        self._target = target
        self._path = path
        self._token = token
        self._server: asyncio.Server | None = None
        self._connections: set[asyncio.Task[None]] = set()

    async def start(self) -> None:
        """Listen; the socket's file appears when calls can be made."""
        self._server = await asyncio.start_unix_server(self._serve, self._path, limit=MAX_LINE_BYTES)

    async def stop(self) -> None:
        """Stop listening and drop every call that is under way."""
        if self._server is not None:
            self._server.close()
        for task in list(self._connections):
            task.cancel()
        await asyncio.gather(*self._connections, return_exceptions=True)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        if task is None:
            raise RuntimeError("a connection is served outside a task")
        self._connections.add(task)
        try:
            if not await self._is_welcome(reader):
                return
            while line := await reader.readline():
                writer.write(await self._answer(line))
                await writer.drain()
        except (ConnectionError, asyncio.CancelledError):
            pass  # the caller went away, or the run is over
        finally:
            self._connections.discard(task)
            writer.close()

    async def _is_welcome(self, reader: asyncio.StreamReader) -> bool:
        """Read as many bytes as the token has, and no more, from whoever it may be."""
        expected = self._token.encode() + b"\n"
        try:
            greeting = await asyncio.wait_for(reader.readexactly(len(expected)), GREETING_SECONDS)
        except (TimeoutError, asyncio.IncompleteReadError):
            return False
        return hmac.compare_digest(greeting, expected)

    async def _answer(self, line: bytes) -> bytes:
        try:
            call = json.loads(line)
            answer = json.dumps({"result": await self._method(call["method"])(**call["params"])})
        except Exception as error:  # noqa: BLE001 - whatever it is belongs to the caller, who asked
            answer = json.dumps({"error": f"{type(error).__name__}: {error}"})
        return answer.encode() + b"\n"

    def _method(self, name: str) -> Callable[..., Awaitable[Any]]:
        """Return a public coroutine method of the target; whatever else it has is not offered."""
        method = None if name.startswith("_") else getattr(self._target, name, None)
        if not inspect.iscoroutinefunction(method):
            raise AttributeError(name)
        return method


class ControlClient:
    """Calls methods of a `ControlServer` from plain code: `client.call("plan", lane="api", faults=[...])`.

    One call at a time a client; make a client a thread. `RemoteError` where the other side raised,
    `ConnectionError` where it is gone.
    """

    def __init__(self, path: Path, token: str) -> None:
        self._socket = socket.socket(socket.AF_UNIX)
        self._socket.settimeout(CONNECT_SECONDS)
        try:
            self._socket.connect(str(path))
        except OSError:
            self._socket.close()
            raise
        self._socket.settimeout(None)
        self._file = self._socket.makefile("rwb")
        self._file.write(token.encode() + b"\n")
        self._file.flush()  # with its first breath, however long the first call takes to come

    def call(self, method: str, **params: Any) -> Any:
        """Call `method` and wait for its answer."""
        self._file.write(json.dumps({"method": method, "params": params}).encode() + b"\n")
        self._file.flush()
        line = self._file.readline(MAX_LINE_BYTES)
        if not line:
            raise ConnectionError(f"nobody answered {method!r}: the other side is gone")
        answer = json.loads(line)
        if "error" in answer:
            raise RemoteError(answer["error"])
        return answer["result"]

    def close(self) -> None:
        """Close the connection, also one whose other side is gone."""
        with contextlib.suppress(ConnectionError):
            self._file.close()
        self._socket.close()


class AsyncControlClient:
    """The same for code on an event loop; calls from several tasks take turns."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader = reader
        self._writer = writer
        self._turn = asyncio.Lock()

    @classmethod
    async def connect(cls, path: Path, token: str) -> AsyncControlClient:
        """Connect to the server at `path`."""
        reader, writer = await asyncio.open_unix_connection(path, limit=MAX_LINE_BYTES)
        writer.write(token.encode() + b"\n")
        return cls(reader, writer)

    async def call(self, method: str, **params: Any) -> Any:
        """Call `method` and wait for its answer."""
        async with self._turn:
            self._writer.write(json.dumps({"method": method, "params": params}).encode() + b"\n")
            await self._writer.drain()
            line = await self._reader.readline()
        if not line:
            raise ConnectionError(f"nobody answered {method!r}: the other side is gone")
        answer = json.loads(line)
        if "error" in answer:
            raise RemoteError(answer["error"])
        return answer["result"]

    async def close(self) -> None:
        """Close the connection."""
        self._writer.close()
