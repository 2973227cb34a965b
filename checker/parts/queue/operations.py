"""ministack's SQS service, loaded alone, with the operations in which it differs from AWS put right.

The service is taken without ministack's application around it. The application's start runs scripts that it finds on
the machine and removes containers from the Docker daemon, its router offers routes that wipe or reconfigure
everything, and importing it takes 130 ms more.

Put right here: a long poll wakes as soon as there is a message to receive (ministack looks ten times a second) and
lasts at most 20 s; a receipt handle that was given out once deletes nothing, but is no error, when its message is
gone or was received again.
"""

from __future__ import annotations

import asyncio
import importlib
import logging
import os
import sys
import time
import types
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

MAX_WAIT_SECONDS = 20
MIN_PAUSE_SECONDS = 0.005  # timers may fire a little early, and a FIFO queue may hold back what is visible
_STALE = "ReceiptHandleIsInvalid"
_READ_BY_SERVICE = ("AUTH", "GATEWAY_PORT", "USE_SSL")

Fields = dict[str, Any]


def load_service() -> Any:
    """Import the service, with an environment that sets nothing of it and no queues in it.

    It asks its application one thing, whether identities are checked; a stand-in says that they are not.
    """
    for name in [name for name in os.environ if name.startswith("MINISTACK_") or name in _READ_BY_SERVICE]:
        del os.environ[name]
    application = types.ModuleType("ministack.app")
    vars(application)["AUTH"] = False
    sys.modules["ministack.app"] = application
    service = importlib.import_module("ministack.services.sqs")
    logging.getLogger("sqs").setLevel(logging.WARNING)
    service.reset()
    return service


class Operations:
    """Takes the place of some of the service's operations. Fields and answers are those of the JSON protocol."""

    def __init__(self, service: Any, on_stored: Callable[[str], None]) -> None:
        self._sqs = service
        self._on_stored = on_stored
        self._handles: set[str] = set()
        self._changed = asyncio.Event()
        service._HANDLERS.update(  # noqa: SLF001 - the service's table of operations
            SendMessage=self.send,
            SendMessageBatch=self.send_batch,
            ReceiveMessage=self.receive,
            DeleteMessage=self.delete,
            DeleteMessageBatch=self.delete_batch,
            ChangeMessageVisibility=self.change_visibility,
            ChangeMessageVisibilityBatch=self.change_visibility_batch,
        )

    def send(self, fields: Fields, url: str) -> Fields:
        """Store a message, then tell who waits for one."""
        answer: Fields = self._sqs._act_send_message(fields, url)  # noqa: SLF001 - all below extend its operations
        self._stored(fields.get("QueueUrl", url))
        return answer

    def send_batch(self, fields: Fields, url: str) -> Fields:
        """Store messages, then tell who waits for one."""
        answer: Fields = self._sqs._act_send_message_batch(fields, url)  # noqa: SLF001
        if answer["Successful"]:
            self._stored(fields.get("QueueUrl", url))
        return answer

    async def receive(self, fields: Fields, url: str) -> Fields:
        """Receive what is visible, now or as soon as there is something within the wait."""
        deadline = time.monotonic() + self._wait_seconds(fields, url)
        while True:
            answer: Fields = await self._sqs._act_receive_message({**fields, "WaitTimeSeconds": 0}, url)  # noqa: SLF001
            left = deadline - time.monotonic()
            if answer or left <= 0:
                self._handles.update(message["ReceiptHandle"] for message in answer.get("Messages", []))
                return answer
            await self._pause(fields.get("QueueUrl", url), left)

    def delete(self, fields: Fields, url: str) -> Fields:
        """Delete a message by the handle of its last receive; an older handle changes nothing."""
        try:
            answer: Fields = self._sqs._act_delete_message(fields, url)  # noqa: SLF001
        except self._sqs._Err as error:  # noqa: SLF001
            if error.code == _STALE and fields["ReceiptHandle"] in self._handles:
                return {}
            raise
        return answer

    def delete_batch(self, fields: Fields, url: str) -> Fields:
        """Delete messages as `delete` does."""
        answer: Fields = self._sqs._act_delete_message_batch(fields, url)  # noqa: SLF001
        known = {entry["Id"] for entry in fields["Entries"] if entry.get("ReceiptHandle") in self._handles}
        stale = [{"Id": failed["Id"]} for failed in answer["Failed"] if failed["Id"] in known]
        failed = [failed for failed in answer["Failed"] if failed["Id"] not in known]
        return {"Successful": [*answer["Successful"], *stale], "Failed": failed}

    def change_visibility(self, fields: Fields, url: str) -> Fields:
        """Change when a message is visible again; who waits looks at the new time."""
        answer: Fields = self._sqs._act_change_visibility(fields, url)  # noqa: SLF001
        self._wake()
        return answer

    def change_visibility_batch(self, fields: Fields, url: str) -> Fields:
        """Change when messages are visible again; who waits looks at the new times."""
        answer: Fields = self._sqs._act_change_visibility_batch(fields, url)  # noqa: SLF001
        self._wake()
        return answer

    def _stored(self, url: str) -> None:
        self._wake()
        asyncio.get_running_loop().call_soon(self._on_stored, url.rpartition("/")[2])

    def _wake(self) -> None:
        self._changed.set()
        self._changed = asyncio.Event()

    def _wait_seconds(self, fields: Fields, url: str) -> float:
        named = fields.get("WaitTimeSeconds")
        if named is None:
            queue = self._sqs._get_q(fields.get("QueueUrl", url))  # noqa: SLF001
            named = queue["attributes"]["ReceiveMessageWaitTimeSeconds"]
        if not 0 <= float(named) <= MAX_WAIT_SECONDS:
            message = f"Value {named} for parameter WaitTimeSeconds is invalid. Reason: Must be >= 0 and <= 20."
            raise self._sqs._Err("InvalidParameterValue", message)  # noqa: SLF001
        return float(named)

    async def _pause(self, url: str, longest: float) -> None:
        """Wait until something changed, a message becomes visible, or `longest` seconds have passed."""
        now = time.time()  # the service keeps its times on the wall clock
        messages = self._sqs._get_q(url)["messages"]  # noqa: SLF001
        soonest = min((message["visible_at"] - now for message in messages), default=longest)
        try:
            async with asyncio.timeout(max(min(soonest, longest), MIN_PAUSE_SECONDS)):
                await self._changed.wait()
        except TimeoutError:
            pass
