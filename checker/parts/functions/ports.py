"""What the function host needs of a queue: a port, so that the host does not know which queue it is joined with."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Protocol

Message = Mapping[str, Any]  # as ReceiveMessage returns it: MessageId, ReceiptHandle, Body, MD5OfBody, Attributes, …


class QueuePort(Protocol):
    """The calls of SQS that an event source mapping makes, with all system attributes asked for.

    The queue owns the visibility time-out and the redrive to its dead-letter queue.
    """

    async def receive(self, queue: str, max_messages: int) -> list[Message]:
        """Return up to `max_messages` (1 to 10) that are visible now, without waiting, and hide them."""

    async def delete(self, queue: str, receipt_handle: str) -> None:
        """Delete a message; no error where it is gone already."""

    async def change_visibility(self, queue: str, receipt_handle: str, seconds: int) -> None:
        """Let a received message come back `seconds` from now."""
