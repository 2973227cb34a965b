"""The queue between the API and the worker."""

import json
import logging
import random
import time
from collections.abc import Callable
from typing import Any

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError, ConnectionError, HTTPClientError  # noqa: A004

from app.config import get_settings

logger = logging.getLogger(__name__)

BACKOFF = (1.0, 2.0, 4.0)
THROTTLED = {"RequestThrottled", "ThrottlingException", "Throttling", "RequestThrottledException"}


class QueueError(Exception):
    """An operation failed for good."""


def is_transient(error: Exception) -> bool:
    """Tell whether the same request may succeed a little later."""
    if isinstance(error, ClientError):
        status = error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0)
        return status >= 500 or error.response.get("Error", {}).get("Code") in THROTTLED
    return isinstance(error, (ConnectionError, HTTPClientError))


class SQSClient:
    """Sends, receives and deletes messages of one SQS queue, the one that `SQS_QUEUE_URL` names."""

    def __init__(self) -> None:
        self._queue_url = get_settings().sqs_queue_url
        # one attempt a call: the retries are ours
        self._client = boto3.client(
            "sqs", config=Config(retries={"mode": "standard", "total_max_attempts": 1}, max_pool_connections=50)
        )

    def send_message(self, body: dict[str, Any]) -> str:
        """Put `body` on the queue as JSON and return the id that SQS gave the message."""
        response = self._call("send_message", self._client.send_message, MessageBody=json.dumps(body))
        message_id: str = response["MessageId"]
        return message_id

    def receive_messages(self, max_messages: int = 1, wait_time_seconds: int = 0) -> list[dict[str, Any]]:
        """Return up to `max_messages` (1 to 10), waiting up to `wait_time_seconds` (0 to 20) for the first."""
        response = self._call(
            "receive_message",
            self._client.receive_message,
            MaxNumberOfMessages=max_messages,
            WaitTimeSeconds=wait_time_seconds,
        )
        messages: list[dict[str, Any]] = response.get("Messages", [])
        return messages

    def delete_message(self, receipt_handle: str) -> None:
        """Take a received message off the queue, so that it does not come back."""
        self._call("delete_message", self._client.delete_message, ReceiptHandle=receipt_handle)

    def _call(self, name: str, operation: Callable[..., dict[str, Any]], **arguments: Any) -> dict[str, Any]:
        for retry, base in enumerate((*BACKOFF, None), start=1):
            try:
                return operation(QueueUrl=self._queue_url, **arguments)
            except (BotoCoreError, ClientError) as error:
                if not is_transient(error):
                    raise QueueError(f"{name}: {error}") from error
                if base is None:
                    logger.error("SQS %s given up after %d retries: %s", name, len(BACKOFF), error)
                    raise QueueError(f"{name}: {error}") from error
                wait = base + random.uniform(0, base * 0.1)
                logger.warning(
                    "a queue operation failed and will be repeated\n"
                    "    operation: %s\n    error: %s\n    retry: %d of %d\n    wait: %.2f s",
                    name, error, retry, len(BACKOFF), wait,
                )
                time.sleep(wait)
        raise AssertionError("unreachable")
