"""What the function host keeps of every invocation, and the history that holds it."""

from __future__ import annotations

import json
from collections import deque
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any, Final

MAX_TEXT: Final = 4096  # characters kept of a message, an error's text: enough to read, too little to flood
MAX_FRAMES: Final = 5  # the last stack frames name the place
HISTORY_BYTES: Final = 16 * 1024 * 1024  # a quarter of what one answer on the control channel may hold


class Outcome(StrEnum):
    """How an invocation ended; only `SUCCEEDED` and `PARTIAL` let messages go."""

    SUCCEEDED = "succeeded"
    PARTIAL = "partial"
    FAILED = "failed"
    BAD_RESPONSE = "bad-response"
    TIMED_OUT = "timed-out"
    CRASHED = "crashed"


@dataclass(frozen=True)
class Fault:
    """An error as the runtime or the host reports it: its type, its text, the last stack frames."""

    type: str
    message: str
    trace: tuple[str, ...] = ()

    @classmethod
    def from_runtime(cls, body: bytes, error_type: str) -> Fault:
        """Read the error document of the runtime API; where it is none, its bytes are the message."""
        try:
            document = json.loads(body)
        except (ValueError, RecursionError):
            document = None
        if not isinstance(document, dict):
            return cls(error_type or "Unhandled", body[:MAX_TEXT].decode("utf-8", "replace"))
        trace = document.get("stackTrace")
        return cls(
            _text(document.get("errorType")) or error_type or "Unhandled",
            _text(document.get("errorMessage")),
            tuple(_text(frame) for frame in trace[-MAX_FRAMES:]) if isinstance(trace, list) else (),
        )


@dataclass(frozen=True)
class Invocation:
    """One invocation that is over; `started` and `ended` are `time.monotonic()` in seconds."""

    request_id: str
    started: float
    ended: float
    message_ids: tuple[str, ...]
    bodies: tuple[str, ...]
    receive_counts: tuple[int, ...]
    outcome: Outcome
    failed_ids: tuple[str, ...]
    error: Fault | None


class History:
    """The invocations that are over, oldest first; beyond `HISTORY_BYTES` the oldest are dropped."""

    def __init__(self) -> None:
        self._kept: deque[tuple[int, dict[str, Any]]] = deque()
        self._bytes = 0
        self.count = 0

    def add(self, invocation: Invocation) -> dict[str, Any]:
        """Keep `invocation`; return it as the control channel sends it."""
        record = asdict(invocation)
        size = len(json.dumps(record))
        self._kept.append((size, record))
        self._bytes += size
        self.count += 1
        while self._bytes > HISTORY_BYTES and len(self._kept) > 1:
            self._bytes -= self._kept.popleft()[0]
        return record

    def records(self) -> list[dict[str, Any]]:
        """Return the kept records."""
        return [record for _, record in self._kept]


def cut(text: str) -> str:
    """Return as much of foreign text as is kept."""
    return text[:MAX_TEXT]


def _text(value: Any) -> str:
    return cut(value) if isinstance(value, str) else ""
