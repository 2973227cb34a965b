"""The queue between the API and the worker."""

import json
import logging
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

import boto3
from botocore import exceptions
from botocore.config import Config

from app.config import get_settings

T = TypeVar("T")
log = logging.getLogger("queue")


class QueueUnavailable(RuntimeError):
    pass


@dataclass(frozen=True)
class RetryPolicy:
    attempts: int = 4
    first_delay: float = 1.0
    max_delay: float = 8.0
    throttling: frozenset[str] = frozenset({"RequestThrottled", "ThrottlingException"})

    def delay_after(self, attempt: int) -> float:
        return min(self.first_delay * 2 ** (attempt - 1), self.max_delay)

    def covers(self, error: Exception) -> bool:
        if isinstance(error, exceptions.ClientError):
            status = error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0)
            return status >= 500 or error.response.get("Error", {}).get("Code") in self.throttling
        return isinstance(error, (exceptions.ConnectionError, exceptions.HTTPClientError))

    def run(self, operation: str, call: Callable[[], T]) -> T:
        attempt = 1
        while True:
            try:
                return call()
            except (exceptions.BotoCoreError, exceptions.ClientError) as error:
                if attempt == self.attempts or not self.covers(error):
                    raise QueueUnavailable(f"{operation}: {error}") from error
                delay = self.delay_after(attempt)
                self._tell(operation, attempt, delay, error)
            time.sleep(delay)
            attempt += 1

    def _tell(self, operation: str, attempt: int, delay: float, error: Exception) -> None:
        fields = {
            "event": {"action": "retry", "reason": type(error).__name__},
            "sqs": {"operation": operation},
            "retry": {"attempt": attempt, "of": self.attempts, "delay": {"value": delay, "unit": "s"}},
        }
        log.warning("attempt failed, backing off", extra={"fields": fields})


class SQSClient:
    def __init__(self, policy: RetryPolicy | None = None) -> None:
        self._policy = policy or RetryPolicy()
        self._url = get_settings().sqs_queue_url
        self._boto = boto3.session.Session().client(
            "sqs", config=Config(retries={"total_max_attempts": 1}, max_pool_connections=64, tcp_keepalive=True)
        )

    def send_message(self, body: dict[str, Any]) -> str:
        text = json.dumps(body)
        answer = self._policy.run(
            "SendMessage", lambda: self._boto.send_message(QueueUrl=self._url, MessageBody=text)
        )
        return answer["MessageId"]

    def receive_messages(self, max_messages: int = 1, wait_time_seconds: int = 0) -> list[dict[str, Any]]:
        answer = self._policy.run(
            "ReceiveMessage",
            lambda: self._boto.receive_message(
                QueueUrl=self._url, MaxNumberOfMessages=max_messages, WaitTimeSeconds=wait_time_seconds
            ),
        )
        return answer.get("Messages", [])

    def delete_message(self, receipt_handle: str) -> None:
        self._policy.run(
            "DeleteMessage", lambda: self._boto.delete_message(QueueUrl=self._url, ReceiptHandle=receipt_handle)
        )


_client: SQSClient | None = None
_making = threading.Lock()


def shared_client() -> SQSClient:
    """The process's client, made when it is first needed."""
    global _client
    with _making:
        if _client is None:
            _client = SQSClient()
    return _client
