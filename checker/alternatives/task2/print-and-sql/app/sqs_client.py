"""The queue between the API and the worker."""

import json
import time

import boto3
import botocore.client
import botocore.exceptions

from app.config import get_settings

MAX_RETRIES = 3


class SQSClient:
    def __init__(self):
        self.queue_url = get_settings().sqs_queue_url
        self.sqs = boto3.client("sqs", config=botocore.client.Config(retries={"max_attempts": 0}))

    def send_message(self, body):
        return self.with_retry("send", self.sqs.send_message, MessageBody=json.dumps(body))["MessageId"]

    def receive_messages(self, max_messages=1, wait_time_seconds=0):
        response = self.with_retry(
            "receive",
            self.sqs.receive_message,
            MaxNumberOfMessages=max_messages,
            WaitTimeSeconds=wait_time_seconds,
        )
        return response.get("Messages") or []

    def delete_message(self, receipt_handle):
        self.with_retry("delete", self.sqs.delete_message, ReceiptHandle=receipt_handle)

    def with_retry(self, name, call, **arguments):
        for retry in range(MAX_RETRIES + 1):
            try:
                return call(QueueUrl=self.queue_url, **arguments)
            except Exception as error:
                if retry == MAX_RETRIES or not can_pass(error):
                    raise
                seconds = 2**retry
                print(f"sqs {name}: {reason(error)}; retry {retry + 1} in {seconds} s", flush=True)
                time.sleep(seconds)


def can_pass(error):
    if not isinstance(error, botocore.exceptions.ClientError):
        # Anything else that happens on the way to SQS and back, but not a call that boto3 itself finds wrong.
        return not isinstance(error, (botocore.exceptions.ParamValidationError, TypeError))
    status = error.response["ResponseMetadata"]["HTTPStatusCode"]
    return status >= 500 or error.response["Error"]["Code"] in ("RequestThrottled", "ThrottlingException")


def reason(error):
    response = getattr(error, "response", None)
    return response["Error"]["Code"] if response else type(error).__name__
