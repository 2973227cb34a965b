"""The record: what every request to a lane asked, got, and when."""

from __future__ import annotations

import asyncio
import time
from dataclasses import asdict, dataclass, replace
from enum import StrEnum
from typing import Any

from checker.parts.queue.calls import Call, Entry, task_id_of

MAX_ATTEMPTS = 100_000  # a submission that sends without end must not take the grader's memory
MAX_BODY_BYTES = 48 * 1024 * 1024  # what all recorded bodies may take together


class Outcome(StrEnum):
    """How an attempt ended."""

    OPEN = "open"  # it has not
    PASSED = "passed"  # the emulator answered; the status says what
    REFUSED = "refused-by-plan"  # an error answer that a plan ordered
    RESET = "reset-by-plan"
    HUNG = "hung-by-plan"  # held, then reset or left by the client
    REJECTED = "rejected"  # answered by the front itself: not SQS, unreadable, too much
    CLIENT_LEFT = "client-left"  # the client closed before the answer
    EMULATOR_FAILED = "emulator-failed"  # ours: it says nothing about the submission


@dataclass(frozen=True, slots=True)
class Attempt:
    """One request to a lane. Times are `time.monotonic()` in seconds, one clock for all processes of the machine.

    `started` is when the request had been read completely; `ended` when the last byte of the answer was handed to
    the socket, or the connection was reset; null while it is open. Numbers rise over all lanes in the order of
    `started`. `entries` holds the messages of a batch, or those that a receive got.
    """

    number: int
    lane: str
    operation: str
    queue: str | None
    task_id: int | None
    body: str | None
    receipt_handle: str | None
    entries: tuple[Entry, ...]
    started: float
    ended: float | None = None
    outcome: Outcome = Outcome.OPEN
    status: int | None = None
    message_id: str | None = None
    fault: str | None = None

    def as_json(self) -> dict[str, Any]:
        """Return the attempt as it goes over the control channel."""
        return asdict(self)


class Record:
    """The attempts of all lanes in order, and a way to wait for more of them."""

    def __init__(self) -> None:
        self._attempts: list[Attempt] = []
        self._body_bytes = 0
        self._changed = asyncio.Event()

    def begin(self, lane: str, call: Call) -> int | None:
        """Open an attempt and return its number; null where the record is full."""
        if len(self._attempts) >= MAX_ATTEMPTS or self._body_bytes > MAX_BODY_BYTES:
            return None
        number = len(self._attempts)
        task_id = task_id_of(call.body)
        fields = (call.operation, call.queue, task_id, call.body, call.receipt_handle, call.entries)
        self._attempts.append(Attempt(number, lane, *fields, started=time.monotonic()))
        self._body_bytes += sum(len(text) for text in call.messages)
        self._notify()
        return number

    def update(self, number: int, **fields: Any) -> None:
        """Add what has become known of an attempt."""
        self._body_bytes += sum(len(entry.body or "") for entry in fields.get("entries", ()))
        self._attempts[number] = replace(self._attempts[number], **fields)

    def end(self, number: int) -> None:
        """Close an attempt, now; one of which nothing is known by then was left by its client."""
        attempt = self._attempts[number]
        outcome = Outcome.CLIENT_LEFT if attempt.outcome is Outcome.OPEN else attempt.outcome
        self._attempts[number] = replace(attempt, ended=time.monotonic(), outcome=outcome)
        self._notify()

    def select(self, lane: str | None, operation: str | None) -> list[Attempt]:
        """Return the attempts of a lane and an operation; null is all."""
        return [
            attempt
            for attempt in self._attempts
            if lane in (None, attempt.lane) and operation in (None, attempt.operation)
        ]

    async def wait(
        self, lane: str | None, operation: str | None, count: int, seconds: float, *, begun: bool
    ) -> list[Attempt]:
        """Return as `select` does once `count` of them have ended (or begun), or what is there after `seconds`."""
        try:
            async with asyncio.timeout(seconds):
                while sum(begun or a.ended is not None for a in self.select(lane, operation)) < count:
                    await self._changed.wait()
        except TimeoutError:
            pass  # the caller counts
        return self.select(lane, operation)

    def _notify(self) -> None:
        self._changed.set()
        self._changed = asyncio.Event()
