"""SQS in this process: ministack's SQS service, called as a function.

The service is taken without ministack's application around it. The application's start runs scripts that it finds on
the machine and removes containers from the Docker daemon, its router offers routes that wipe or reconfigure
everything, and both cost more to import than the service itself (130 ms against 30).

Three things are done here as AWS does them and ministack does not: a long poll wakes as soon as a message can be
received (ministack looks ten times a second), it refuses waits above 20 s, and a receipt handle that was given out
once deletes nothing, but raises no error, when its message is gone or was received again.
"""

from __future__ import annotations

import asyncio
import importlib
import json
import logging
import os
import sys
import time
import types
from dataclasses import dataclass
from email.utils import formatdate
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs
from uuid import uuid4

from checker.parts.queue.wire import Request, Response

if TYPE_CHECKING:
    from collections.abc import Callable

ACCOUNT = "000000000000"
REGION = "us-east-1"
MAX_WAIT_SECONDS = 20
MIN_PAUSE_SECONDS = 0.001  # the event loop's timers may fire a little early
DEAD_LETTER_SUFFIX = "-dlq"
_STALE = "ReceiptHandleIsInvalid"
_BAD_INPUT = (TypeError, ValueError, KeyError, AttributeError, OverflowError)  # what ill-typed fields raise in it
_READ_AT_IMPORT = ("GATEWAY_PORT", "USE_SSL", "AUTH")


class QueueError(Exception):
    """The emulator refused a trusted caller's request; `code` is SQS's."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(f"{code}: {message}")
        self.code = code


@dataclass(frozen=True, slots=True)
class Counts:
    """How many messages are to be received now, are received and not yet deleted, are in the dead-letter queue."""

    visible: int
    in_flight: int
    dead_letters: int


class Emulator:
    """The queues of one run. One a process: ministack keeps its state in its module.

    Trusted callers name queues; clients reach them under `/000000000000/<name>`.
    """

    def __init__(self) -> None:
        self._sqs: Any = None
        self._handles: set[str] = set()
        self._changed = asyncio.Event()
        self._listeners: list[Callable[[str], None]] = []

    async def start(self) -> None:
        """Load the service, with no queues in it."""
        self._sqs = _load_service()
        self._sqs.reset()
        self._sqs._HANDLERS.update(  # noqa: SLF001 - the service's table of operations
            SendMessage=self._send,
            SendMessageBatch=self._send_batch,
            ReceiveMessage=self._receive,
            DeleteMessage=self._delete,
            DeleteMessageBatch=self._delete_batch,
            ChangeMessageVisibility=self._change_visibility,
        )

    def on_message_stored(self, callback: Callable[[str], None]) -> None:
        """Call `callback` with the queue's name after each send that stored something, in the event loop."""
        self._listeners.append(callback)

    async def request(self, request: Request, *, address: str) -> Response:
        """Answer a client's request in either protocol; queue URLs name its `Host` header, or `address` without one.

        `QueueError` where the service trips over a field of the wrong type; anything else that it raises is its own.
        """
        query = parse_qs(request.query, keep_blank_values=True)
        named = {"host": address, **request.headers}
        try:
            status, headers, body = await self._sqs.handle_request(
                request.method, request.path, named, request.body, query
            )
        except _BAD_INPUT as error:
            raise QueueError("InvalidParameterValue", str(error)) from error
        kind = headers["Content-Type"].replace("application/xml", "text/xml")
        extra = {"Content-Type": kind, "x-amzn-RequestId": str(uuid4()), "Date": formatdate(usegmt=True)}
        return Response(status, {**headers, **extra}, body)

    async def call(self, operation: str, **fields: Any) -> dict[str, Any]:
        """Do one operation for a trusted caller, fields and answer as in the JSON protocol; `QueueError` on refusal."""
        try:
            answer: dict[str, Any] = await self._sqs._dispatch(operation, fields, "")  # noqa: SLF001 - its one entrance
        except self._sqs._Err as error:  # noqa: SLF001
            raise QueueError(error.code, error.message) from error
        return answer

    async def create_queue(
        self, name: str, *, visibility_seconds: int, dead_letter: bool = True, max_receives: int = 3
    ) -> None:
        """Create `name` and, unless told otherwise, `<name>-dlq`, which gets what was received `max_receives` times."""
        attributes = {"VisibilityTimeout": str(visibility_seconds)}
        if dead_letter:
            target = name + DEAD_LETTER_SUFFIX
            await self.call("CreateQueue", QueueName=target)
            policy = {"deadLetterTargetArn": queue_arn(target), "maxReceiveCount": max_receives}
            attributes["RedrivePolicy"] = json.dumps(policy)
        await self.call("CreateQueue", QueueName=name, Attributes=attributes)

    async def send(self, queue: str, body: str) -> str:
        """Store a message; return its id."""
        answer = await self.call("SendMessage", QueueUrl=queue, MessageBody=body)
        return str(answer["MessageId"])

    async def receive(self, queue: str, *, maximum: int = 10, wait: float = 0) -> list[dict[str, Any]]:
        """Receive up to `maximum` messages as boto3 shows them, with all attributes, within `wait` seconds."""
        names = {"AttributeNames": ["All"], "MessageAttributeNames": ["All"]}
        answer = await self.call(
            "ReceiveMessage", QueueUrl=queue, MaxNumberOfMessages=maximum, WaitTimeSeconds=wait, **names
        )
        messages: list[dict[str, Any]] = answer.get("Messages", [])
        return messages

    async def delete(self, queue: str, receipt_handle: str) -> None:
        """Delete a received message."""
        await self.call("DeleteMessage", QueueUrl=queue, ReceiptHandle=receipt_handle)

    async def change_visibility(self, queue: str, receipt_handle: str, seconds: int) -> None:
        """Let a received message be received again `seconds` from now."""
        await self.call(
            "ChangeMessageVisibility", QueueUrl=queue, ReceiptHandle=receipt_handle, VisibilityTimeout=seconds
        )

    async def purge(self, queue: str) -> None:
        """Delete every message."""
        await self.call("PurgeQueue", QueueUrl=queue)

    def counts(self, queue: str) -> Counts:
        """Count the messages; one that has used up its receives counts as a dead letter once its time-out is over."""
        now = time.time()
        messages = self._messages(queue)
        visible = sum(message["visible_at"] <= now for message in messages)
        dead = self._messages(queue + DEAD_LETTER_SUFFIX) if self._exists(queue + DEAD_LETTER_SUFFIX) else []
        return Counts(visible, len(messages) - visible, len(dead))

    def bodies(self, queue: str) -> list[str]:
        """Return the bodies of all messages, in flight or not, without receiving them."""
        return [message["body"] for message in self._messages(queue)]

    def _exists(self, queue: str) -> bool:
        return self._sqs._queue_name_to_url.get(queue) is not None  # noqa: SLF001 - read only

    def _queue(self, url: str) -> dict[str, Any]:
        try:
            queue: dict[str, Any] = self._sqs._get_q(url)  # noqa: SLF001 - its state is what these helpers read
        except self._sqs._Err as error:  # noqa: SLF001
            raise QueueError(error.code, error.message) from error
        return queue

    def _messages(self, queue: str) -> list[dict[str, Any]]:
        found = self._queue(queue)
        self._sqs._dlq_sweep(found)  # noqa: SLF001 - else dead letters move at the next receive only
        messages: list[dict[str, Any]] = found["messages"]
        return messages

    def _send(self, data: dict[str, Any], url: str) -> Any:
        answer = self._sqs._act_send_message(data, url)  # noqa: SLF001 - these six add to the service's operations
        self._stored(data.get("QueueUrl", url))
        return answer

    def _send_batch(self, data: dict[str, Any], url: str) -> Any:
        answer = self._sqs._act_send_message_batch(data, url)  # noqa: SLF001
        if answer["Successful"]:
            self._stored(data.get("QueueUrl", url))
        return answer

    def _stored(self, url: str) -> None:
        self._wake()
        for listener in self._listeners:
            listener(url.rpartition("/")[2])

    def _wake(self) -> None:
        self._changed.set()
        self._changed = asyncio.Event()

    async def _receive(self, data: dict[str, Any], url: str) -> Any:
        deadline = time.monotonic() + self._wait_seconds(data, url)
        while True:
            answer = await self._sqs._act_receive_message({**data, "WaitTimeSeconds": 0}, url)  # noqa: SLF001
            left = deadline - time.monotonic()
            if answer or left <= 0:
                self._handles.update(message["ReceiptHandle"] for message in answer.get("Messages", []))
                return answer
            await self._pause(data.get("QueueUrl", url), left)

    def _wait_seconds(self, data: dict[str, Any], url: str) -> float:
        named = data.get("WaitTimeSeconds")
        if named is None:
            named = self._sqs._get_q(data.get("QueueUrl", url))["attributes"]["ReceiveMessageWaitTimeSeconds"]  # noqa: SLF001
        if not 0 <= float(named) <= MAX_WAIT_SECONDS:
            raise self._sqs._Err("InvalidParameterValue", "WaitTimeSeconds must be between 0 and 20.")  # noqa: SLF001
        return float(named)

    async def _pause(self, url: str, longest: float) -> None:
        """Wait until something was stored, a message's time-out is over, or `longest` seconds have passed."""
        now = time.time()
        times = (message["visible_at"] - now for message in self._sqs._get_q(url)["messages"])  # noqa: SLF001
        soonest = min((*times, longest))
        try:
            async with asyncio.timeout(max(soonest, MIN_PAUSE_SECONDS)):
                await self._changed.wait()
        except TimeoutError:
            pass

    def _delete(self, data: dict[str, Any], url: str) -> Any:
        try:
            return self._sqs._act_delete_message(data, url)  # noqa: SLF001
        except self._sqs._Err as error:  # noqa: SLF001
            if error.code == _STALE and data["ReceiptHandle"] in self._handles:
                return {}
            raise

    def _delete_batch(self, data: dict[str, Any], url: str) -> Any:
        answer = self._sqs._act_delete_message_batch(data, url)  # noqa: SLF001
        known = {entry["Id"] for entry in data["Entries"] if entry.get("ReceiptHandle") in self._handles}
        stale = [failed for failed in answer["Failed"] if failed["Id"] in known]
        return {
            "Successful": [*answer["Successful"], *({"Id": failed["Id"]} for failed in stale)],
            "Failed": [failed for failed in answer["Failed"] if failed not in stale],
        }

    def _change_visibility(self, data: dict[str, Any], url: str) -> Any:
        answer = self._sqs._act_change_visibility(data, url)  # noqa: SLF001
        self._wake()
        return answer


def queue_arn(queue: str) -> str:
    """Return the ARN of a queue of the emulator."""
    return f"arn:aws:sqs:{REGION}:{ACCOUNT}:{queue}"


def _load_service() -> Any:
    for name in [name for name in os.environ if name.startswith("MINISTACK_") or name in _READ_AT_IMPORT]:
        del os.environ[name]
    application = types.ModuleType("ministack.app")  # the service asks it one thing: whether identities are checked
    vars(application)["AUTH"] = False
    sys.modules.setdefault("ministack.app", application)
    service = importlib.import_module("ministack.services.sqs")
    logging.getLogger("sqs").setLevel(logging.WARNING)
    return service
