"""The queue between the API and the worker.

stamina makes the retries and, as structlog is installed, logs them: "stamina.retry_scheduled", a warning.
"""

import json
from typing import Any

import boto3
import stamina
from botocore.config import Config
from botocore.exceptions import ClientError, ConnectionError, HTTPClientError

from app.config import get_settings


def is_temporary(error: Exception) -> bool:
    if isinstance(error, ClientError):
        return (
            error.response["Error"]["Code"] in {"RequestThrottled", "ThrottlingException"}
            or error.response["ResponseMetadata"]["HTTPStatusCode"] >= 500
        )
    return isinstance(error, (ConnectionError, HTTPClientError))


retried = stamina.retry(on=is_temporary, attempts=4, timeout=None, wait_initial=1, wait_max=8, wait_jitter=0)


class SQSClient:
    """Sends, receives and deletes messages of one SQS queue, the one that `SQS_QUEUE_URL` names."""

    def __init__(self) -> None:
        self._queue_url = get_settings().sqs_queue_url
        self._client = boto3.client("sqs", config=Config(retries={"total_max_attempts": 1}, max_pool_connections=40))

    @retried
    def send_message(self, body: dict[str, Any]) -> str:
        response = self._client.send_message(QueueUrl=self._queue_url, MessageBody=json.dumps(body))
        return response["MessageId"]

    @retried
    def receive_messages(self, max_messages: int = 1, wait_time_seconds: int = 0) -> list[dict[str, Any]]:
        response = self._client.receive_message(
            QueueUrl=self._queue_url, MaxNumberOfMessages=max_messages, WaitTimeSeconds=wait_time_seconds
        )
        return response.get("Messages", [])

    @retried
    def delete_message(self, receipt_handle: str) -> None:
        self._client.delete_message(QueueUrl=self._queue_url, ReceiptHandle=receipt_handle)
