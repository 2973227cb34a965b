"""The queue between the API and the worker. What happens to a call is told in full: tries, retries, the end."""

import json
import logging
import time
from typing import Any

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError, ConnectionError, HTTPClientError

from app.config import get_settings

logger = logging.getLogger("app.queue")

TRIES = 4
THROTTLING = ("RequestThrottled", "ThrottlingException")
FAILURES = (BotoCoreError, ClientError)


def passes(error: Exception) -> bool:
    if isinstance(error, ClientError):
        status, code = error.response["ResponseMetadata"]["HTTPStatusCode"], error.response["Error"]["Code"]
        return code in THROTTLING or 500 <= status <= 599
    return isinstance(error, (ConnectionError, HTTPClientError))


class SQSClient:
    def __init__(self) -> None:
        self._queue_url = get_settings().sqs_queue_url
        self._client = boto3.client("sqs", config=Config(retries={"total_max_attempts": 1}, max_pool_connections=40))

    def send_message(self, body: dict[str, Any]) -> str:
        return self._tried("SendMessage", self._client.send_message, MessageBody=json.dumps(body))["MessageId"]

    def receive_messages(self, max_messages: int = 1, wait_time_seconds: int = 0) -> list[dict[str, Any]]:
        options = {"MaxNumberOfMessages": max_messages, "WaitTimeSeconds": wait_time_seconds}
        return self._tried("ReceiveMessage", self._client.receive_message, **options).get("Messages", [])

    def delete_message(self, receipt_handle: str) -> None:
        self._tried("DeleteMessage", self._client.delete_message, ReceiptHandle=receipt_handle)

    def _tried(self, name: str, call: Any, **options: Any) -> dict[str, Any]:
        began = time.monotonic()
        for number in range(TRIES):
            try:
                answer = call(QueueUrl=self._queue_url, **options)
            except FAILURES as error:
                logger.warning("%s: try %d of %d failed: %s", name, number + 1, TRIES, error)
                if not passes(error):
                    raise
                if number == TRIES - 1:
                    spent = time.monotonic() - began
                    logger.error("%s: giving up after %d retries (%d tries, %.1f s)", name, TRIES - 1, TRIES, spent)
                    raise
                logger.warning("%s: retry %d of %d comes in %d s: %s", name, number + 1, TRIES - 1, 2**number, error)
                time.sleep(2**number)
            else:
                logger.info("%s: done at try %d", name, number + 1)
                return answer
        raise AssertionError("the last try returns or raises")
