"""The event source mapping: batches from a queue to the function, one invocation at a time.

AWS's rules, with `ReportBatchItemFailures` on: a message whose record the handler did not name is deleted; one that
it named, and every message of a batch whose invocation failed, stays as it was received and comes back when the
queue's visibility time-out is over. The dead-letter queue is the queue's business.
"""

from __future__ import annotations

import asyncio
import contextlib
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from checker.parts.functions.ports import Message, QueuePort
    from checker.parts.functions.records import Invocation

POLL_SECONDS: Final = 0.1  # for what nobody announces: messages that come back or were delayed
MAX_BATCH: Final = 10


@dataclass(frozen=True)
class MappingOptions:
    """`batch_size` 1 to 10 records; `window_seconds` is how long a batch that is not full waits for more."""

    queue: str
    batch_size: int = MAX_BATCH
    window_seconds: float = 0.0


class EventSourceMapping:
    """Feeds `invoke` while `ready()` says that a worker waits, and tells `settled` when a batch is done with.

    Nothing else may be invoked while `turn` is held. A new mapping is paused.
    """

    def __init__(
        self,
        port: QueuePort,
        options: MappingOptions,
        *,
        ready: Callable[[], bool],
        invoke: Callable[[list[Message]], Awaitable[Invocation]],
        settled: Callable[[Invocation], object],
        turn: asyncio.Lock,
    ) -> None:
        self._port = port
        self._options = options
        self._ready = ready
        self._invoke = invoke
        self._settled = settled
        self._turn = turn
        self._news = asyncio.Event()
        self._paused = True

    def notify(self) -> None:
        """Look at once: a message was stored, or a worker came to wait."""
        self._news.set()

    def resume(self) -> None:
        """Begin to take messages."""
        self._paused = False
        self.notify()

    async def pause(self) -> None:
        """Take no more messages; return when no invocation is under way."""
        self._paused = True
        async with self._turn:
            pass

    async def run(self) -> None:
        """Work until cancelled; an error of the queue ends it."""
        while True:
            self._news.clear()
            while await self._step():
                pass
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(POLL_SECONDS):
                    await self._news.wait()

    async def _step(self) -> bool:
        async with self._turn:
            if self._paused or not self._ready():
                return False
            batch = await self._gather()
            if not batch:
                return False
            invocation = await self._invoke(batch)
            for message in batch:
                if message["MessageId"] not in invocation.failed_ids:
                    await self._port.delete(self._options.queue, message["ReceiptHandle"])
            self._settled(invocation)
            return True

    async def _gather(self) -> list[Message]:
        batch: list[Message] = []
        deadline = time.monotonic() + self._options.window_seconds
        while len(batch) < self._options.batch_size:
            more = await self._port.receive(self._options.queue, self._options.batch_size - len(batch))
            batch += more
            if more:
                continue
            remaining = deadline - time.monotonic()
            if not batch or remaining <= 0:
                break
            await self._wait_for_more(min(remaining, POLL_SECONDS))
        return batch

    async def _wait_for_more(self, seconds: float) -> None:
        self._news.clear()
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._news.wait()
