"""An SQS client whose methods are coroutines, all of which belong to the loop it was made on."""

from __future__ import annotations

import asyncio
from typing import Any


class SQSClient:
    """Keeps messages in a list of its own."""

    def __init__(self) -> None:
        self.loop = asyncio.get_running_loop()
        self.messages: list[dict[str, Any]] = []

    async def send_message(self, body: dict[str, Any]) -> str:
        """Keep a message, or raise where the body says so."""
        if asyncio.get_running_loop() is not self.loop:
            raise AssertionError("another loop")
        await asyncio.sleep(0.01)
        if body.get("fail"):
            raise ConnectionError("x" * 1000)
        self.messages.append({"Body": body, "ReceiptHandle": f"r{len(self.messages)}"})
        return f"id-{len(self.messages)}"

    async def receive_messages(self, max_messages: int = 1, wait_time_seconds: int = 0) -> list[dict[str, Any]]:
        """Return what is kept."""
        del wait_time_seconds
        return self.messages[:max_messages]

    async def delete_message(self, receipt_handle: str) -> None:
        """Let a message go."""
        if not any(message["ReceiptHandle"] == receipt_handle for message in self.messages):
            raise KeyError(receipt_handle)
        self.messages = [message for message in self.messages if message["ReceiptHandle"] != receipt_handle]
