"""The queues of one run, in this process: for clients by HTTP requests, for trusted callers by methods."""

from __future__ import annotations

import json
import logging
import time
from dataclasses import dataclass
from email.utils import formatdate
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs
from uuid import uuid4

from checker.parts.queue.operations import Operations, load_service
from checker.parts.queue.wire import Request, Response

if TYPE_CHECKING:
    from collections.abc import Callable

ACCOUNT = "000000000000"
REGION = "us-east-1"
DEAD_LETTER_SUFFIX = "-dlq"
_BAD_INPUT = (TypeError, ValueError, KeyError, AttributeError, OverflowError)  # what ill-typed fields raise in it
logger = logging.getLogger(__name__)


class QueueError(Exception):
    """The emulator refused a request; `code` is SQS's."""

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
    """SQS with one account and one region. One a process: the service keeps its state in its module.

    Trusted callers name queues; clients reach them under `/000000000000/<name>`, whatever account and region they
    sign for. All methods but `start` need a running event loop and a started emulator.
    """

    def __init__(self) -> None:
        self._sqs: Any = None
        self._listeners: list[Callable[[str], None]] = []

    async def start(self) -> None:
        """Load the service, with no queues in it."""
        self._sqs = load_service()
        Operations(self._sqs, self._tell)

    def on_message_stored(self, callback: Callable[[str], None]) -> None:
        """Call `callback` in the event loop with the queue's name, soon after each send that stored something."""
        self._listeners.append(callback)

    async def request(self, request: Request, *, address: str) -> Response:
        """Answer a client's request in either protocol; queue URLs name its `Host` header, or `address` without one.

        `QueueError` where the service trips over a field of the wrong type; anything else that it raises is its own.
        """
        headers = {"host": address, **request.headers}
        query = parse_qs(request.query, keep_blank_values=True)
        try:
            answer = await self._sqs.handle_request(request.method, request.path, headers, request.body, query)
        except _BAD_INPUT as error:
            logger.warning("a request that the emulator cannot read", exc_info=True)
            raise QueueError("InvalidParameterValue", str(error)) from error
        return _response(*answer)

    async def call(self, operation: str, **fields: Any) -> dict[str, Any]:
        """Do one operation for a trusted caller, fields and answer as in the JSON protocol; `QueueError` on refusal."""
        try:
            answer: dict[str, Any] = await self._sqs._dispatch(operation, fields, "")  # noqa: SLF001 - below HTTP
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

    async def delete_queue(self, name: str) -> None:
        """Delete `name` and, where there is one, its dead-letter queue."""
        await self.call("DeleteQueue", QueueUrl=name)
        if self._exists(name + DEAD_LETTER_SUFFIX):
            await self.call("DeleteQueue", QueueUrl=name + DEAD_LETTER_SUFFIX)

    async def send(self, queue: str, body: str) -> str:
        """Store a message; return its id."""
        answer = await self.call("SendMessage", QueueUrl=queue, MessageBody=body)
        return str(answer["MessageId"])

    async def receive(self, queue: str, *, maximum: int = 10, wait: float = 0) -> list[dict[str, Any]]:
        """Receive up to `maximum` messages as boto3 shows them, with all attributes, in `wait` seconds (0 to 20)."""
        limits = {"MaxNumberOfMessages": maximum, "WaitTimeSeconds": wait}
        names = {"AttributeNames": ["All"], "MessageAttributeNames": ["All"]}
        answer = await self.call("ReceiveMessage", QueueUrl=queue, **limits, **names)
        messages: list[dict[str, Any]] = answer.get("Messages", [])
        return messages

    async def delete(self, queue: str, receipt_handle: str) -> None:
        """Delete a received message."""
        await self.call("DeleteMessage", QueueUrl=queue, ReceiptHandle=receipt_handle)

    async def change_visibility(self, queue: str, receipt_handle: str, seconds: int) -> None:
        """Let a received message be received again `seconds` from now."""
        fields = {"ReceiptHandle": receipt_handle, "VisibilityTimeout": seconds}
        await self.call("ChangeMessageVisibility", QueueUrl=queue, **fields)

    async def set_visibility(self, queue: str, seconds: int) -> None:
        """Set the queue's visibility time-out, which counts for what is received from now on."""
        await self.call("SetQueueAttributes", QueueUrl=queue, Attributes={"VisibilityTimeout": str(seconds)})

    async def purge(self, queue: str) -> None:
        """Delete every message."""
        await self.call("PurgeQueue", QueueUrl=queue)

    async def counts(self, queue: str) -> Counts:
        """Count the messages. One that has used up its receives is a dead letter once its time-out is over."""
        messages = self._messages(queue)
        now = time.time()
        visible = sum(message["visible_at"] <= now for message in messages)
        dead_letters = queue + DEAD_LETTER_SUFFIX
        dead = len(self._messages(dead_letters)) if self._exists(dead_letters) else 0
        return Counts(visible, len(messages) - visible, dead)

    async def bodies(self, queue: str) -> list[str]:
        """Return the bodies of all messages, in flight or not, without receiving them."""
        return [message["body"] for message in self._messages(queue)]

    def _exists(self, queue: str) -> bool:
        return self._sqs._queue_name_to_url.get(queue) is not None  # noqa: SLF001 - its table of names

    def _messages(self, queue: str) -> list[dict[str, Any]]:
        try:
            found = self._sqs._get_q(queue)  # noqa: SLF001 - its state, which counting by requests would change
        except self._sqs._Err as error:  # noqa: SLF001
            raise QueueError(error.code, error.message) from error
        self._sqs._dlq_sweep(found)  # noqa: SLF001 - else dead letters would move at the next receive only
        messages: list[dict[str, Any]] = found["messages"]
        return messages

    def _tell(self, queue: str) -> None:
        for listener in self._listeners:
            listener(queue)


def queue_arn(queue: str) -> str:
    """Return the ARN of a queue of the emulator."""
    return f"arn:aws:sqs:{REGION}:{ACCOUNT}:{queue}"


def _response(status: int, headers: dict[str, str], body: bytes) -> Response:
    kind = headers["Content-Type"].replace("application/xml", "text/xml")  # as AWS names it
    extra = {"Content-Type": kind, "x-amzn-RequestId": str(uuid4()), "Date": formatdate(usegmt=True)}
    return Response(status, {**headers, **extra}, body)
