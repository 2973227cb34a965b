"""What the record keeps, and when it stops."""

from __future__ import annotations

import asyncio

import pytest

from checker.parts.queue.attempts import Outcome, Record
from checker.parts.queue.calls import Call, Entry


def send(body: str) -> Call:
    """Return a send of `body`."""
    return Call("json", "SendMessage", body=body)


@pytest.mark.parametrize("record", [Record(max_attempts=2), Record(max_body_bytes=7)])
def test_a_full_record_takes_no_more(record: Record) -> None:
    """Neither attempts nor bodies without end can fill the memory; a closed lane gives its share back."""
    assert [record.begin("a", send("body")) for _ in range(3)] == [0, 1, None]
    record.forget("a")
    assert record.select(None, None) == []
    assert record.begin("a", send("body")) == 2


def test_received_bodies_count_as_well() -> None:
    """A receive's bodies are known only with its answer."""
    record = Record(max_body_bytes=7)
    assert record.begin("a", Call("json", "ReceiveMessage")) == 0
    record.update(0, entries=(Entry(body="12345678"),))
    assert record.begin("a", send("body")) is None


def test_an_attempt_of_which_nothing_is_known_was_left() -> None:
    """What ends without an outcome was ended by the client; what is forgotten may still end."""
    record = Record()
    for lane in ("a", "b"):
        record.begin(lane, send("{}"))
    record.forget("b")
    record.update(1, outcome=Outcome.PASSED)
    for number in (0, 1):
        record.end(number)
    assert [(attempt.lane, attempt.outcome) for attempt in record.select(None, None)] == [("a", "client-left")]


def test_attempts_are_selected_by_lane_and_operation() -> None:
    """Null selects all."""
    record = Record()
    for lane, operation in (("a", "SendMessage"), ("a", "DeleteMessage"), ("b", "SendMessage")):
        record.begin(lane, Call("json", operation))
    selections = [("a", None), (None, "SendMessage"), ("a", "SendMessage"), (None, None), ("c", None)]
    assert [len(record.select(*selection)) for selection in selections] == [2, 2, 1, 3, 0]


def test_a_wait_counts_what_has_ended_or_begun() -> None:
    """An open attempt counts only for those who ask for it."""
    record = Record()
    record.begin("a", send("{}"))

    async def waits() -> list[float]:
        clock = asyncio.get_running_loop().time
        times = [clock()]
        for begun in (True, False):
            await record.wait("a", None, 1, 0.05, begun=begun)
            times.append(clock())
        return [times[1] - times[0], times[2] - times[1]]

    at_once, in_full = asyncio.run(waits())
    assert at_once < 0.04 < in_full
