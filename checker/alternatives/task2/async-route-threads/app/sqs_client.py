"""The queue between the API and the worker.

boto3 blocks, so each attempt runs in a thread; the back-off is a sleep of the event loop and holds none.
"""

import asyncio
import json
import logging
from typing import Any

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError, ConnectionError, HTTPClientError

from app.config import get_settings

logger = logging.getLogger(__name__)

RETRIES = 3


class QueueError(Exception):
    """The operation failed, and trying again is of no use or was tried often enough."""


def may_pass(error: Exception) -> bool:
    if isinstance(error, ClientError):
        status = error.response["ResponseMetadata"]["HTTPStatusCode"]
        return status >= 500 or error.response["Error"]["Code"] in ("RequestThrottled", "ThrottlingException")
    return isinstance(error, (ConnectionError, HTTPClientError))


class SQSClient:
    def __init__(self) -> None:
        self._queue_url = get_settings().sqs_queue_url
        self._sqs = boto3.client("sqs", config=Config(retries={"total_max_attempts": 1}, max_pool_connections=40))

    async def send_message(self, body: dict[str, Any]) -> str:
        return (await self._retried("send_message", MessageBody=json.dumps(body)))["MessageId"]

    async def receive_messages(self, max_messages: int = 1, wait_time_seconds: int = 0) -> list[dict[str, Any]]:
        response = await self._retried(
            "receive_message", MaxNumberOfMessages=max_messages, WaitTimeSeconds=wait_time_seconds
        )
        return response.get("Messages", [])

    async def delete_message(self, receipt_handle: str) -> None:
        await self._retried("delete_message", ReceiptHandle=receipt_handle)

    async def _retried(self, operation: str, **arguments: Any) -> dict[str, Any]:
        for retry in range(RETRIES + 1):
            try:
                return await asyncio.to_thread(getattr(self._sqs, operation), QueueUrl=self._queue_url, **arguments)
            except (BotoCoreError, ClientError) as error:
                if retry == RETRIES or not may_pass(error):
                    raise QueueError(operation) from error
                delay = 2**retry
                logger.warning("retry=%d operation=%s delay=%ds error=%s", retry, operation, delay, type(error).__name__)
            await asyncio.sleep(delay)
        raise AssertionError("the last round returns or raises")
