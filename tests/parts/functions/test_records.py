"""Error documents of foreign making, and the bounds of the history."""

from __future__ import annotations

import json

import pytest

from checker.parts.functions import records
from checker.parts.functions.records import MAX_FRAMES, MAX_TEXT, Fault, History, Invocation, Outcome


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (b'{"errorType": "KeyError", "errorMessage": "x", "stackTrace": ["a"]}', Fault("KeyError", "x", ("a",))),
        (b'{"errorMessage": "x"}', Fault("Header", "x")),
        (b'{"errorType": 3, "errorMessage": ["x"], "stackTrace": "a"}', Fault("Header", "")),
        (b'{"stackTrace": [1, "b"]}', Fault("Header", "", ("", "b"))),
        (b"plain text", Fault("Header", "plain text")),
        (b"[1]", Fault("Header", "[1]")),
        (b"\xff", Fault("Header", "\ufffd")),
        (b"[" * 100_000, Fault("Header", "[" * MAX_TEXT)),
    ],
)
def test_fault_from_a_runtime(body: bytes, expected: Fault) -> None:
    """A fault is read from whatever the runtime sent."""
    assert Fault.from_runtime(body, "Header") == expected


def test_fault_is_cut() -> None:
    """Of a long error the type, the beginning of the text and the last frames are kept."""
    body = json.dumps({"errorType": "E", "errorMessage": "m" * 10_000, "stackTrace": [str(n) for n in range(50)]})
    fault = Fault.from_runtime(body.encode(), "")
    assert len(fault.message) == MAX_TEXT
    assert fault.trace == ("45", "46", "47", "48", "49")
    assert len(fault.trace) == MAX_FRAMES


def test_history_drops_the_oldest(monkeypatch: pytest.MonkeyPatch) -> None:
    """The records stay within their bytes, the count goes on."""
    monkeypatch.setattr(records, "HISTORY_BYTES", 1000)
    history = History()
    for number in range(20):
        history.add(Invocation(str(number), 0, 0, ("i",), ("b" * 50,), (1,), Outcome.SUCCEEDED, (), None))
    kept = [record["request_id"] for record in history.records()]
    assert history.count == 20
    assert 1 < len(kept) < 10
    assert kept[-1] == "19"
    assert len(json.dumps(history.records())) < 1200
