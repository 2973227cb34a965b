"""The queue between the API and the worker.

The SDK makes the retries: botocore asks the handlers of its event `needs-retry` after every attempt whether, and in
how many seconds, there is to be another one. Its own handler is taken away and ours put in its place.
"""

import json
import logging
from typing import Any

import boto3
from botocore import exceptions
from botocore.config import Config

from app.config import get_settings

logger = logging.getLogger(__name__)

MAX_RETRIES = 3
THROTTLING = ("RequestThrottled", "ThrottlingException")


def seconds_until_retry(
    response: tuple[Any, dict[str, Any]] | None,
    attempts: int,
    caught_exception: Exception | None,
    operation: Any,
    **_: Any,
) -> float | None:
    """Decide on an attempt; None is to leave it at that. `attempts` is how many there were."""
    cause = describe(response, caught_exception)
    if cause is None or attempts > MAX_RETRIES:
        return None
    delay = 2.0 ** (attempts - 1)
    logger.warning("sqs.%s %s: waiting %.2fs before retry %d", operation.name, cause, delay, attempts)
    return delay


def describe(response: tuple[Any, dict[str, Any]] | None, caught: Exception | None) -> str | None:
    """Name the failure of an attempt that deserves another one; None where it does not."""
    if caught is not None:
        passing = isinstance(caught, (exceptions.ConnectionError, exceptions.HTTPClientError))
        return type(caught).__name__ if passing else None
    status = response[0].status_code
    code = response[1].get("Error", {}).get("Code", "")
    return f"answered {status} {code}".strip() if status >= 500 or code in THROTTLING else None


class SQSClient:
    """Sends, receives and deletes messages of one SQS queue; raises botocore's errors when it gives up."""

    def __init__(self) -> None:
        self._queue_url = get_settings().sqs_queue_url
        self._client = boto3.client("sqs", config=Config(retries={"mode": "legacy"}, max_pool_connections=40))
        events = self._client.meta.events
        events.unregister("needs-retry.sqs", unique_id="retry-config-sqs")
        events.register("needs-retry.sqs", seconds_until_retry)

    def send_message(self, body: dict[str, Any]) -> str:
        return self._client.send_message(QueueUrl=self._queue_url, MessageBody=json.dumps(body))["MessageId"]

    def receive_messages(self, max_messages: int = 1, wait_time_seconds: int = 0) -> list[dict[str, Any]]:
        response = self._client.receive_message(
            QueueUrl=self._queue_url, MaxNumberOfMessages=max_messages, WaitTimeSeconds=wait_time_seconds
        )
        return response.get("Messages", [])

    def delete_message(self, receipt_handle: str) -> None:
        self._client.delete_message(QueueUrl=self._queue_url, ReceiptHandle=receipt_handle)
