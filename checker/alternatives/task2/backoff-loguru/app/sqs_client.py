"""The queue between the API and the worker."""

import json

import backoff
import boto3
from botocore.config import Config
from botocore.exceptions import ClientError, ConnectionError, HTTPClientError
from loguru import logger

from app.config import get_settings

MAX_TRIES = 4  # the first one and three retries


def hopeless(error):
    if not isinstance(error, ClientError):
        return False
    if error.response["Error"]["Code"] in ("RequestThrottled", "ThrottlingException"):
        return False
    return error.response["ResponseMetadata"]["HTTPStatusCode"] < 500


def before_waiting(details):
    logger.warning(
        "{} failed at try {} of {} ({!r}), next try in {:.1f} seconds",
        details["target"].__qualname__,
        details["tries"],
        MAX_TRIES,
        details["exception"],
        details["wait"],
    )


def when_given_up(details):
    logger.error("{} is given up after {:.1f} seconds", details["target"].__name__, details["elapsed"])


with_backoff = backoff.on_exception(
    backoff.expo,
    (ClientError, ConnectionError, HTTPClientError),
    max_tries=MAX_TRIES,
    giveup=hopeless,
    jitter=None,
    on_backoff=before_waiting,
    on_giveup=when_given_up,
    logger=None,
)


class SQSClient:
    def __init__(self):
        self.queue_url = get_settings().sqs_queue_url
        self.sqs = boto3.client("sqs", config=Config(retries={"total_max_attempts": 1}, max_pool_connections=40))

    @with_backoff
    def send_message(self, body):
        return self.sqs.send_message(QueueUrl=self.queue_url, MessageBody=json.dumps(body))["MessageId"]

    @with_backoff
    def receive_messages(self, max_messages=1, wait_time_seconds=0):
        return self.sqs.receive_message(
            QueueUrl=self.queue_url, MaxNumberOfMessages=max_messages, WaitTimeSeconds=wait_time_seconds
        ).get("Messages", [])

    @with_backoff
    def delete_message(self, receipt_handle):
        self.sqs.delete_message(QueueUrl=self.queue_url, ReceiptHandle=receipt_handle)
