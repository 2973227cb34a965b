"""The queue between the API and the worker."""

import json
import logging
import time
from typing import Any

import boto3
from botocore import config, exceptions

from app.config import get_settings

logger = logging.getLogger(__name__)

# Seconds before each retry; there are as many retries as waits.
WAITS = (1, 2, 4)

# What may well work the next time: no connection, one that broke, a 5xx answer (see `is_transient`), throttling.
# An answer that botocore cannot read, such as a page in Latin-1, comes from something in front of SQS.
TRANSIENT_ERRORS = (
    exceptions.ConnectionError,
    exceptions.HTTPClientError,
    UnicodeDecodeError,
)
THROTTLING_CODES = frozenset({"RequestThrottled", "ThrottlingException"})

CLIENT_CONFIG = config.Config(
    # The retries are made here: the SDK's own would multiply them, and wait otherwise.
    retries={"total_max_attempts": 1, "mode": "standard"},
    # One connection for each thread that FastAPI runs endpoints in.
    max_pool_connections=40,
)


class QueueError(Exception):
    """SQS did not do what it was asked to; the cause is the SDK's error."""


class TransientQueueError(QueueError):
    """The same, and another attempt may work."""


class SQSClient:
    """Sends, receives and deletes messages of one SQS queue, the one that `SQS_QUEUE_URL` names.

    What fails for a passing reason is tried again after each of `WAITS`, which blocks the calling thread.
    All methods raise `QueueError` when they give up.
    """

    def __init__(self) -> None:
        self._queue_url = get_settings().sqs_queue_url
        self._client = boto3.client("sqs", config=CLIENT_CONFIG)

    def send_message(self, body: dict[str, Any]) -> str:
        """Put `body` on the queue as JSON and return the id that SQS gave the message."""
        message_id: str = self._call("send_message", MessageBody=json.dumps(body))["MessageId"]
        return message_id

    def receive_messages(self, max_messages: int = 1, wait_time_seconds: int = 0) -> list[dict[str, Any]]:
        """Return up to `max_messages` (1 to 10), waiting up to `wait_time_seconds` (0 to 20) for the first."""
        response = self._call("receive_message", MaxNumberOfMessages=max_messages, WaitTimeSeconds=wait_time_seconds)
        messages: list[dict[str, Any]] = response.get("Messages", [])
        return messages

    def delete_message(self, receipt_handle: str) -> None:
        """Take a received message off the queue, so that it does not come back."""
        self._call("delete_message", ReceiptHandle=receipt_handle)

    def _call(self, operation: str, **arguments: Any) -> dict[str, Any]:
        """Call an operation until it works, fails for good, or the waits are spent."""
        for retry, wait in enumerate(WAITS, start=1):
            try:
                return self._attempt(operation, arguments)
            except TransientQueueError as error:
                logger.warning("%s: retry %d of %d in %d s", error, retry, len(WAITS), wait)
                time.sleep(wait)
        return self._attempt(operation, arguments)

    def _attempt(self, operation: str, arguments: dict[str, Any]) -> dict[str, Any]:
        """Call an operation once and tell passing failures from lasting ones."""
        try:
            response: dict[str, Any] = getattr(self._client, operation)(QueueUrl=self._queue_url, **arguments)
        except (exceptions.ClientError, exceptions.BotoCoreError, UnicodeDecodeError) as error:
            kind = TransientQueueError if is_transient(error) else QueueError
            raise kind(f"{operation} failed with {describe(error)}") from error
        return response


def is_transient(error: Exception) -> bool:
    """Tell whether the same call may work later: only then is it worth a retry."""
    if isinstance(error, exceptions.ClientError):
        # By status, not by code: without a readable body botocore makes up the code ("503", or even "").
        server_error = error.response["ResponseMetadata"]["HTTPStatusCode"] >= 500  # noqa: PLR2004  # 5xx of HTTP
        return server_error or error.response["Error"]["Code"] in THROTTLING_CODES
    return isinstance(error, TRANSIENT_ERRORS)


def describe(error: Exception) -> str:
    """Name an error in a word: messages may hold whole HTML pages."""
    code: str = error.response["Error"]["Code"] if isinstance(error, exceptions.ClientError) else ""
    return code or type(error).__name__
