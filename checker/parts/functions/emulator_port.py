"""The function host's queue where the SQS emulator runs in the same process."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING

from checker.parts.queue.emulator import QueueError

if TYPE_CHECKING:
    from checker.parts.functions.ports import Message
    from checker.parts.queue.emulator import Emulator


class EmulatorPort:
    """A `QueuePort` on an emulator.

    Where the emulator refuses, the submission changed or deleted the queue: then there is nothing to deliver, as on
    AWS, and it is no fault of the host.
    """

    def __init__(self, emulator: Emulator) -> None:
        self._emulator = emulator

    async def receive(self, queue: str, max_messages: int) -> list[Message]:
        """Receive up to `max_messages`; none where the queue is gone."""
        try:
            return [*await self._emulator.receive(queue, maximum=max_messages)]
        except QueueError:
            return []

    async def delete(self, queue: str, receipt_handle: str) -> None:
        """Delete a message."""
        with contextlib.suppress(QueueError):
            await self._emulator.delete(queue, receipt_handle)

    async def change_visibility(self, queue: str, receipt_handle: str, seconds: int) -> None:
        """Let a message come back."""
        with contextlib.suppress(QueueError):
            await self._emulator.change_visibility(queue, receipt_handle, seconds)
