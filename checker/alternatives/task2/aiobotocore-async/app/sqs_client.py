"""The queue between the API and the worker, asynchronous."""

import asyncio
import json
import logging
import random
from contextlib import AsyncExitStack
from typing import Any

from aiobotocore.config import AioConfig
from aiobotocore.session import get_session
from botocore.exceptions import ClientError, ConnectionError, HTTPClientError  # noqa: A004

from app.config import get_settings

logger = logging.getLogger(__name__)

MAX_RETRIES = 3
THROTTLING = frozenset({"RequestThrottled", "ThrottlingException"})


def backoff(retry: int) -> float:
    """Seconds before the retry of this number (from 0): 1, 2, 4, and up to 10 % more."""
    return 2.0**retry * random.uniform(1.0, 1.1)


def is_throttled(error: Exception) -> bool:
    """SQS asks to slow down."""
    return isinstance(error, ClientError) and error.response["Error"].get("Code") in THROTTLING


def is_retryable(error: Exception) -> bool:
    """No connection, a 5xx answer or throttling."""
    if isinstance(error, ClientError):
        return error.response["ResponseMetadata"]["HTTPStatusCode"] >= 500 or is_throttled(error)
    return isinstance(error, (ConnectionError, HTTPClientError))


class SQSClient:
    """Sends, receives and deletes messages of one SQS queue; use an instance on one event loop."""

    def __init__(self) -> None:
        self._queue_url = get_settings().sqs_queue_url
        self._exit = AsyncExitStack()
        self._opening: asyncio.Lock | None = None
        self._client: Any = None

    async def send_message(self, body: dict[str, Any]) -> str:
        """Put `body` on the queue as JSON and return the id that SQS gave the message."""
        answer = await self._call("send_message", MessageBody=json.dumps(body))
        return str(answer["MessageId"])

    async def receive_messages(self, max_messages: int = 1, wait_time_seconds: int = 0) -> list[dict[str, Any]]:
        """Return up to `max_messages` (1 to 10), waiting up to `wait_time_seconds` (0 to 20) for the first."""
        answer = await self._call(
            "receive_message", MaxNumberOfMessages=max_messages, WaitTimeSeconds=wait_time_seconds
        )
        messages: list[dict[str, Any]] = answer.get("Messages", [])
        return messages

    async def delete_message(self, receipt_handle: str) -> None:
        """Take a received message off the queue, so that it does not come back."""
        await self._call("delete_message", ReceiptHandle=receipt_handle)

    async def aclose(self) -> None:
        """Close the connections."""
        await self._exit.aclose()
        self._client = None

    async def _connected(self) -> Any:
        if self._opening is None:
            self._opening = asyncio.Lock()
        async with self._opening:
            if self._client is None:
                config = AioConfig(retries={"total_max_attempts": 1}, max_pool_connections=50)
                self._client = await self._exit.enter_async_context(
                    get_session().create_client("sqs", config=config)
                )
        return self._client

    async def _call(self, operation: str, **arguments: Any) -> dict[str, Any]:
        call = getattr(await self._connected(), operation)
        retry = 0
        while True:
            try:
                answer: dict[str, Any] = await call(QueueUrl=self._queue_url, **arguments)
                return answer
            except Exception as error:
                if retry == MAX_RETRIES or not is_retryable(error):
                    raise
                wait = backoff(retry)
                retry += 1
                logger.warning(
                    "%s: attempt %d failed with %s, next one in %.3f seconds",
                    operation, retry, type(error).__name__, wait,
                )
            await asyncio.sleep(wait)
