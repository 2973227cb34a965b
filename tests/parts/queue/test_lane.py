"""A lane before an emulator that breaks, and before one that is full."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from checker.parts.queue.attempts import Record
from checker.parts.queue.emulator import Emulator
from checker.parts.queue.lane import Lane

if TYPE_CHECKING:
    import pytest

    from checker.parts.queue.wire import Request, Response

SEND = b"GET /?Action=SendMessage&MessageBody=x HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"


class BrokenEmulator(Emulator):
    """An emulator with a fault of its own."""

    async def request(self, request: Request, *, address: str) -> Response:
        """Fail."""
        raise RuntimeError(request.path + address)


async def status_of(lane: Lane) -> int:
    """Send once; return the answer's status."""
    await lane.accept()
    reader, writer = await asyncio.open_connection("127.0.0.1", lane.port)
    writer.write(SEND)
    answer = await reader.read()
    writer.close()
    lane.close()
    return int(answer.split()[1])


def test_a_failure_of_the_emulator_is_told_apart(caplog: pytest.LogCaptureFixture) -> None:
    """A fault of ours is a 500 for the client, has an outcome of its own, and leaves a traceback in the log."""
    record = Record()
    assert asyncio.run(status_of(Lane("a", BrokenEmulator(), record, ("127.0.0.1", 0)))) == 500
    (attempt,) = record.select("a", None)
    assert (attempt.outcome, attempt.status) == ("emulator-failed", 500)
    assert "RuntimeError" in caplog.text


def test_a_full_record_refuses_what_it_cannot_record() -> None:
    """Nothing reaches the emulator unrecorded."""
    record = Record(max_attempts=0)
    assert asyncio.run(status_of(Lane("a", BrokenEmulator(), record, ("127.0.0.1", 0)))) == 403
    assert record.select(None, None) == []
