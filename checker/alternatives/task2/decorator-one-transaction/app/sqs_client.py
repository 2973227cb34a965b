"""The queue between the API and the worker."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import boto3
import botocore.exceptions
from botocore.config import Config

from app.config import get_settings
from app.errors import TEMPORARY, QueueBroken, QueueError, QueueRefused, QueueThrottled, QueueUnreachable
from app.retry import retry


def translate(call: str, error: botocore.exceptions.ClientError) -> QueueError:
    code = error.response["Error"]["Code"]
    if code in ("RequestThrottled", "ThrottlingException"):
        return QueueThrottled(call, code)
    if error.response["ResponseMetadata"]["HTTPStatusCode"] // 100 == 5:
        return QueueBroken(call, code)
    return QueueRefused(call, code)


@contextmanager
def translated(call: str) -> Iterator[None]:
    try:
        yield
    except botocore.exceptions.ClientError as error:
        raise translate(call, error) from error
    except (botocore.exceptions.ConnectionError, botocore.exceptions.HTTPClientError) as error:
        raise QueueUnreachable(call, type(error).__name__) from error
    except botocore.exceptions.BotoCoreError as error:
        raise QueueRefused(call, type(error).__name__) from error


class SQSClient:
    """All methods raise a `QueueError` when they give up."""

    def __init__(self) -> None:
        config = Config(retries={"mode": "standard", "total_max_attempts": 1}, max_pool_connections=40)
        self._sqs = boto3.client("sqs", config=config)
        self._queue = {"QueueUrl": get_settings().sqs_queue_url}

    @retry(on=TEMPORARY)
    def send_message(self, body: dict[str, Any]) -> str:
        with translated("send"):
            return self._sqs.send_message(**self._queue, MessageBody=json.dumps(body))["MessageId"]

    @retry(on=TEMPORARY)
    def receive_messages(self, max_messages: int = 1, wait_time_seconds: int = 0) -> list[dict[str, Any]]:
        with translated("receive"):
            answer = self._sqs.receive_message(
                **self._queue, MaxNumberOfMessages=max_messages, WaitTimeSeconds=wait_time_seconds
            )
        return answer.get("Messages", [])

    @retry(on=TEMPORARY)
    def delete_message(self, receipt_handle: str) -> None:
        with translated("delete"):
            self._sqs.delete_message(**self._queue, ReceiptHandle=receipt_handle)
