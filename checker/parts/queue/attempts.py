"""The record: what every request to a lane asked, got, and when."""

from __future__ import annotations

import asyncio
import itertools
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
    """The attempts of all lanes in order, and a way to wait for more of them. What it holds is bounded."""

    def __init__(self, max_attempts: int = MAX_ATTEMPTS, max_body_bytes: int = MAX_BODY_BYTES) -> None:
        self._max_attempts = max_attempts
        self._max_body_bytes = max_body_bytes
        self._numbers = itertools.count()
        self._attempts: dict[int, Attempt] = {}
        self._body_bytes = 0
        self._changed = asyncio.Event()

    def begin(self, lane: str, call: Call) -> int | None:
        """Open an attempt and return its number; null where the record is full."""
        if len(self._attempts) >= self._max_attempts or self._body_bytes > self._max_body_bytes:
            return None
        number = next(self._numbers)
        task_id = task_id_of(call.body)
        fields = (call.operation, call.queue, task_id, call.body, call.receipt_handle, call.entries)
        self._attempts[number] = Attempt(number, lane, *fields, started=time.monotonic())
        self._body_bytes += _body_bytes(self._attempts[number])
        self._notify()
        return number

    def update(self, number: int, **fields: Any) -> None:
        """Add what has become known of an attempt."""
        if number in self._attempts:
            before = self._attempts[number]
            self._attempts[number] = replace(before, **fields)
            self._body_bytes += _body_bytes(self._attempts[number]) - _body_bytes(before)

    def end(self, number: int) -> None:
        """Close an attempt, now; one of which nothing is known by then was left by its client."""
        attempt = self._attempts.get(number)
        if attempt is not None:
            outcome = Outcome.CLIENT_LEFT if attempt.outcome is Outcome.OPEN else attempt.outcome
            self._attempts[number] = replace(attempt, ended=time.monotonic(), outcome=outcome)
            self._notify()

    def forget(self, lane: str) -> None:
        """Drop the attempts of a lane that is closed."""
        self._attempts = {number: a for number, a in self._attempts.items() if a.lane != lane}
        self._body_bytes = sum(map(_body_bytes, self._attempts.values()))

    def select(self, lane: str | None, operation: str | None) -> list[Attempt]:
        """Return the attempts of a lane and an operation; null is all."""
        return [
            attempt
            for attempt in self._attempts.values()
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


def _body_bytes(attempt: Attempt) -> int:
    return sum(len(text) for text in (attempt.body, *(entry.body for entry in attempt.entries)) if text)
