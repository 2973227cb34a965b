"""The worker: an AWS Lambda function that an SQS event source mapping calls with batches of messages."""

import json
import logging
import os
import threading
from typing import Any

import boto3
from app.processing import BusyError, fail_task, process_task

logger = logging.getLogger(__name__)
sqs = boto3.client("sqs")


def lambda_handler(event: dict[str, Any], context: object) -> dict[str, Any]:  # noqa: ARG001  # Lambda passes both
    """Process every record; the messages of the batch stay hidden until the last is done."""
    over = threading.Event()
    keeper = threading.Thread(target=keep_hidden, args=(event["Records"], over))
    keeper.start()
    try:
        failed = [record["messageId"] for record in event["Records"] if not done(record)]
    finally:
        over.set()
        keeper.join()
    return {"batchItemFailures": [{"itemIdentifier": one} for one in failed]}


def keep_hidden(records: list[dict[str, Any]], over: threading.Event) -> None:
    """Extend the batch, in one request, twice a visibility timeout of 2 s."""
    entries = [
        {"Id": str(number), "ReceiptHandle": record["receiptHandle"], "VisibilityTimeout": 3}
        for number, record in enumerate(records)
    ]
    while not over.wait(0.8):
        try:
            sqs.change_message_visibility_batch(QueueUrl=os.environ["SQS_QUEUE_URL"], Entries=entries)
        except Exception:
            logger.exception("not extended")


def done(record: dict[str, Any]) -> bool:
    """Process one record; a task whose work fails is failed at once, and tried again all the same."""
    task_id = None
    try:
        task_id = int(json.loads(record["body"])["task_id"])
        process_task(task_id)
    except BusyError:
        return False
    except Exception:
        logger.exception("message %s could not be processed", record["messageId"])
        if task_id is not None:
            mark(task_id)
        return False
    return True


def mark(task_id: int) -> None:
    """Mark a task as failed; where that fails too the next receive does it."""
    try:
        fail_task(task_id)
    except Exception:
        logger.exception("task %s could not be marked", task_id)
