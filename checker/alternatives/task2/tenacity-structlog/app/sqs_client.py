"""The queue between the API and the worker."""

import json
from typing import Any

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError, ConnectionError, HTTPClientError
from tenacity import RetryCallState, Retrying, retry_if_exception, stop_after_attempt, wait_exponential, wait_random

from app.config import get_settings
from app.logs import get_logger

logger = get_logger()

SQSError = (BotoCoreError, ClientError)


def worth_a_retry(error: BaseException) -> bool:
    match error:
        case ClientError(response={"ResponseMetadata": {"HTTPStatusCode": status}}) if status >= 500:
            return True
        case ClientError(response={"Error": {"Code": "RequestThrottled" | "ThrottlingException"}}):
            return True
        case ConnectionError() | HTTPClientError():
            return True
    return False


def log_retry(state: RetryCallState) -> None:
    logger.warning(
        "sqs_retry",
        operation=state.fn.__name__,
        attempt=state.attempt_number,
        next_attempt_in=round(state.next_action.sleep, 3),
        error=str(state.outcome.exception()),
    )


retrying = Retrying(
    retry=retry_if_exception(worth_a_retry),
    stop=stop_after_attempt(4),
    wait=wait_exponential(multiplier=1, max=4) + wait_random(0, 0.1),
    before_sleep=log_retry,
    reraise=True,
)


class SQSClient:
    def __init__(self) -> None:
        self.queue_url = get_settings().sqs_queue_url
        self.client = boto3.client(
            "sqs", config=Config(retries={"total_max_attempts": 1, "mode": "standard"}, max_pool_connections=50)
        )

    @retrying.wraps
    def send_message(self, body: dict[str, Any]) -> str:
        return self.client.send_message(QueueUrl=self.queue_url, MessageBody=json.dumps(body))["MessageId"]

    @retrying.wraps
    def receive_messages(self, max_messages: int = 1, wait_time_seconds: int = 0) -> list[dict[str, Any]]:
        answer = self.client.receive_message(
            QueueUrl=self.queue_url, MaxNumberOfMessages=max_messages, WaitTimeSeconds=wait_time_seconds
        )
        return answer.get("Messages", [])

    @retrying.wraps
    def delete_message(self, receipt_handle: str) -> None:
        self.client.delete_message(QueueUrl=self.queue_url, ReceiptHandle=receipt_handle)
