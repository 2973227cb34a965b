"""One function: it takes an event to the worker, judges how that ended, and keeps the record."""

from __future__ import annotations

import asyncio
import json
import time
from typing import TYPE_CHECKING, Any, Final

from checker.parts.functions.event import batch_result
from checker.parts.functions.records import Fault, History, Invocation, Outcome, cut

if TYPE_CHECKING:
    from collections.abc import Mapping

    from checker.parts.functions.changes import Changes
    from checker.parts.functions.runtime import Answer, Flight, Runtime

BAD_RESPONSE_TYPE: Final = "Function.BadBatchResponse"


class Function:
    """Invokes the worker of `runtime`, each time for at most `seconds`; hold `turn` while invoking."""

    def __init__(self, runtime: Runtime, changes: Changes, seconds: float) -> None:
        self._runtime = runtime
        self._changes = changes
        self._seconds = seconds
        self.turn = asyncio.Lock()
        self.history = History()
        self.time_outs: asyncio.Queue[str] = asyncio.Queue()

    async def invoke(self, event: Mapping[str, Any]) -> tuple[Invocation, bytes]:
        """Invoke the worker with `event`; return the record, which is not kept yet, and the response."""
        flight, answer = await self._runtime.invoke(json.dumps(event).encode(), self._seconds)
        invocation = _judge(flight, answer, event)
        if invocation.outcome is Outcome.TIMED_OUT:
            self.time_outs.put_nowait(invocation.request_id)
        return invocation, answer.response or b""

    def keep(self, invocation: Invocation) -> dict[str, Any]:
        """Keep the record and tell who waits for it."""
        record = self.history.add(invocation)
        self._changes.ring()
        return record


def _judge(flight: Flight, answer: Answer, event: Mapping[str, Any]) -> Invocation:
    ended = time.monotonic()
    records = [record for record in _records(event) if isinstance(record, dict)]
    ids = tuple(str(record.get("messageId", "")) for record in records)
    outcome, failed, fault = _verdict(answer, ids)
    return Invocation(
        request_id=flight.request_id,
        started=flight.started,
        ended=ended,
        message_ids=ids,
        bodies=tuple(cut(str(record.get("body", ""))) for record in records),
        receive_counts=tuple(_receive_count(record) for record in records),
        outcome=outcome,
        failed_ids=failed,
        error=fault,
    )


def _verdict(answer: Answer, ids: tuple[str, ...]) -> tuple[Outcome, tuple[str, ...], Fault | None]:
    if answer.response is None:
        return answer.outcome or Outcome.FAILED, ids, answer.fault
    result = batch_result(answer.response, ids)
    if result.reason is not None:
        return Outcome.BAD_RESPONSE, ids, Fault(BAD_RESPONSE_TYPE, result.reason)
    return Outcome.PARTIAL if result.failed_ids else Outcome.SUCCEEDED, result.failed_ids, None


def _records(event: Mapping[str, Any]) -> list[Any]:
    records = event.get("Records")
    return records if isinstance(records, list) else []


def _receive_count(record: Mapping[str, Any]) -> int:
    attributes = record.get("attributes")
    return int(attributes.get("ApproximateReceiveCount", 0)) if isinstance(attributes, dict) else 0
