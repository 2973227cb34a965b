"""The queue between the API and the worker."""

import json
from typing import Any

import boto3

from app.config import get_settings


class SQSClient:
    """Sends, receives and deletes messages of one SQS queue, the one that `SQS_QUEUE_URL` names."""

    def __init__(self) -> None:
        self._queue_url = get_settings().sqs_queue_url
        self._client = boto3.client("sqs")

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

    def extend_visibility(self, receipt_handle: str, seconds: int) -> None:
        """Keep a received message from others for `seconds` more, counted from now."""
        self._client.change_message_visibility(
            QueueUrl=self._queue_url, ReceiptHandle=receipt_handle, VisibilityTimeout=seconds
        )
