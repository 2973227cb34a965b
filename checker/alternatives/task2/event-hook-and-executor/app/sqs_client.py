"""The queue between the API and the worker; the retries are made by botocore itself, after a schedule of ours."""

import json
import sys
import threading
import time
from typing import Any

import boto3
from botocore.config import Config
from botocore.exceptions import ConnectionError as NoConnection
from botocore.exceptions import HTTPClientError

from app.config import get_settings

SCHEDULE = {1: 1, 2: 2, 3: 4}  # the attempt that failed: the seconds before the next
_printing = threading.Lock()


def decide(
    attempts: int, operation: Any, response: Any = None, caught_exception: Exception | None = None, **_: Any
) -> float | None:
    """Answer botocore's question `needs-retry`: the seconds to wait, or None."""
    if caught_exception is not None:
        wanted = isinstance(caught_exception, HTTPClientError | NoConnection)
        reason = type(caught_exception).__name__
    elif response is not None:
        http, parsed = response
        reason = parsed.get("Error", {}).get("Code", "")
        wanted = http.status_code >= 500 or reason in ("RequestThrottled", "ThrottlingException")
    else:
        return None
    wait = SCHEDULE.get(attempts)
    if not wanted or wait is None:
        return None
    line = {
        "time": int(time.time() * 1000),
        "level": 40,
        "msg": "trying again",
        "sqs": {"call": operation.name, "retry": {"index": attempts - 1, "of": 3}, "wait_s": wait, "because": reason},
    }
    with _printing:
        print(json.dumps(line, separators=(",", ":")), file=sys.stderr, flush=True)
    return wait


class SQSClient:
    """Sends, receives and deletes messages of one SQS queue, the one that `SQS_QUEUE_URL` names."""

    def __init__(self) -> None:
        self._queue_url = get_settings().sqs_queue_url
        self._client = boto3.client("sqs", config=Config(max_pool_connections=40))
        events = self._client.meta.events
        events.unregister("needs-retry.sqs", unique_id="retry-config-sqs")
        events.register("needs-retry.sqs", decide)

    def send_message(self, body: dict[str, Any]) -> str:
        """Put `body` on the queue as JSON and return the id that SQS gave the message."""
        response = self._client.send_message(QueueUrl=self._queue_url, MessageBody=json.dumps(body))
        message_id: str = response["MessageId"]
        return message_id

    def receive_messages(self, max_messages: int = 1, wait_time_seconds: int = 0) -> list[dict[str, Any]]:
        """Return up to `max_messages` (1 to 10), waiting up to `wait_time_seconds` (0 to 20) for the first."""
        response = self._client.receive_message(
            QueueUrl=self._queue_url, MaxNumberOfMessages=max_messages, WaitTimeSeconds=wait_time_seconds
        )
        messages: list[dict[str, Any]] = response.get("Messages", [])
        return messages

    def delete_message(self, receipt_handle: str) -> None:
        """Take a received message off the queue, so that it does not come back."""
        self._client.delete_message(QueueUrl=self._queue_url, ReceiptHandle=receipt_handle)
