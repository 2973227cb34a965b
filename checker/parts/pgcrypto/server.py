"""Answers PostgreSQL where a function of pgcrypto is called: as much of a server as `dblink` needs.

Messages: https://www.postgresql.org/docs/18/protocol-message-formats.html. A query is no SQL but a call: the words of
`functions.compute`, as hexadecimal digits with spaces between. The socket stands in PostgreSQL's folder, which no
submission enters.
"""

from __future__ import annotations

import asyncio
import contextlib
import struct
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

PORT: Final = 1  # the socket's name holds one
MOST_BYTES: Final = 64 * 1024 * 1024  # of a message
ASKS_FOR_ENCRYPTION: Final = (80877103, 80877104)  # SSLRequest, GSSENCRequest
TEXT_OID: Final = 25
PARAMETERS: Final = (("client_encoding", "UTF8"), ("server_version", "18.0"))
READY: Final = b"I"  # to be asked, and in no transaction


class PgcryptoServer:
    """Listens in PostgreSQL's folder from `start` to `stop`."""

    def __init__(self, folder: Path) -> None:
        self._path = folder / f".s.PGSQL.{PORT}"
        self._server: asyncio.Server | None = None

    async def start(self) -> None:
        """Listen; PostgreSQL may be another user, and nobody else comes to the folder."""
        self._server = await asyncio.start_unix_server(self._serve, self._path)
        self._path.chmod(0o666)

    async def stop(self) -> None:
        """Listen no more."""
        if self._server is not None:
            self._server.close()
            self._path.unlink(missing_ok=True)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(OSError, asyncio.IncompleteReadError), contextlib.closing(writer):
            while int.from_bytes((await body(reader))[:4]) in ASKS_FOR_ENCRYPTION:
                writer.write(b"N")
            parameters = b"".join(message(b"S", texts(*pair)) for pair in PARAMETERS)
            writer.write(message(b"R", bytes(4)) + parameters + message(b"Z", READY))
            while await reader.readexactly(1) == b"Q":
                query = (await body(reader)).rstrip(b"\0").decode()
                writer.write(await answer(query) + message(b"Z", READY))
                await writer.drain()


async def body(reader: asyncio.StreamReader) -> bytes:
    """Read the rest of a message, whose length comes first."""
    length = int.from_bytes(await reader.readexactly(4))
    if length > MOST_BYTES:
        raise OSError("a message that is too long")
    return await reader.readexactly(length - 4)


async def answer(query: str) -> bytes:
    """Return the messages that answer a call: a row with a column, or an error."""
    try:
        found = await asyncio.to_thread(compute, [bytes.fromhex(word) for word in query.split(" ")])
    except (ValueError, TypeError) as error:
        return message(b"E", texts("SERROR", "VERROR", "C22023", f"M{error}", ""))
    column = texts("answer") + struct.pack("!IHIhih", 0, 0, TEXT_OID, -1, -1, 0)
    row = found.hex().encode()
    return b"".join(
        [
            message(b"T", struct.pack("!H", 1) + column),
            message(b"D", struct.pack("!HI", 1, len(row)) + row),
            message(b"C", texts("SELECT 1")),
        ]
    )


def compute(words: Sequence[bytes]) -> bytes:
    """Return a result; the libraries are imported when they are wanted first."""
    from checker.parts.pgcrypto import functions

    return functions.compute(words)


def message(kind: bytes, content: bytes) -> bytes:
    """Return a message."""
    return kind + struct.pack("!I", len(content) + 4) + content


def texts(*texts: str) -> bytes:
    """Return texts as messages hold them, each with a zero behind it."""
    return b"".join(text.encode() + b"\0" for text in texts)
