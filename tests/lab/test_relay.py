"""Doors into a run, and what is led through them: real sockets."""

from __future__ import annotations

import asyncio
import contextlib
import os
from typing import TYPE_CHECKING

from checker.lab.relay import Doors, Relays

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

WAIT_SECONDS = 10.0


async def echo(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Answer with everything that came, once the other side has said that it is all."""
    writer.write(b"got " + await reader.read())
    writer.close()


@contextlib.asynccontextmanager
async def relayed() -> AsyncIterator[tuple[Relays, int]]:
    """Yield relays over a door, and the door's port."""
    with Doors(("database",)) as doors:
        relays = Relays({name: os.dup(number) for name, number in doors.descriptors.items()})
        await relays.start()
        yield relays, doors.ports["database"]
        await relays.stop()


async def asked(port: int, question: bytes) -> bytes:
    """Send a question through a door, say that it is all, and return the answer."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(question)
    writer.write_eof()
    answer = await asyncio.wait_for(reader.read(), WAIT_SECONDS)
    writer.close()
    return answer


def test_bytes_are_carried_both_ways() -> None:
    """A question larger than any buffer arrives whole, its end is told, and the answer comes back."""

    async def scenario() -> tuple[bytes, bytes]:
        async with relayed() as (relays, port):
            server = await asyncio.start_server(echo, "127.0.0.1", 0)
            relays.targets["database"] = server.sockets[0].getsockname()[1]
            large = b"x" * 3_000_000
            answers = await asked(port, large), await asked(port, b"again")
            server.close()
            return answers

    first, second = asyncio.run(scenario())
    assert len(first) == 3_000_004
    assert second == b"got again"


def test_a_door_to_nowhere_closes() -> None:
    """While nothing answers behind it, whoever comes is turned away at once, and the next one may be luckier."""

    async def scenario() -> tuple[bytes, bytes]:
        async with relayed() as (relays, port):
            early = await asked(port, b"early")
            server = await asyncio.start_server(echo, "127.0.0.1", 0)
            relays.targets["database"] = server.sockets[0].getsockname()[1]
            late = await asked(port, b"late")
            server.close()
            return early, late

    assert asyncio.run(scenario()) == (b"", b"got late")
