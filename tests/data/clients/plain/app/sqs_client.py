"""An SQS client whose methods are plain, and which finds no loop running."""

from __future__ import annotations

import asyncio
from typing import Any


class SQSClient:
    """Keeps messages in a list of its own."""

    def __init__(self) -> None:
        self.messages: list[dict[str, Any]] = []

    def send_message(self, body: dict[str, Any]) -> str:
        """Keep a message, or raise where the body says so."""
        if body.get("fail"):
            raise ConnectionError("x" * 1000)
        try:
            asyncio.get_running_loop()
        except RuntimeError:
            self.messages.append({"Body": body, "ReceiptHandle": f"r{len(self.messages)}"})
            return f"id-{len(self.messages)}"
        raise AssertionError("a loop is running")

    def receive_messages(self, max_messages: int = 1, wait_time_seconds: int = 0) -> list[dict[str, Any]]:
        """Return what is kept."""
        del wait_time_seconds
        return self.messages[:max_messages]

    def delete_message(self, receipt_handle: str) -> None:
        """Let a message go."""
        if not any(message["ReceiptHandle"] == receipt_handle for message in self.messages):
            raise KeyError(receipt_handle)
        self.messages = [message for message in self.messages if message["ReceiptHandle"] != receipt_handle]
