"""The worker: an AWS Lambda function that an SQS event source mapping calls with batches of messages."""

import json
import logging
from concurrent.futures import Future, ThreadPoolExecutor, wait
from typing import Any

from app.processing import give_up, process_task
from app.sqs_client import SQSClient

logger = logging.getLogger(__name__)


def lambda_handler(event: dict[str, Any], context: object) -> dict[str, Any]:  # noqa: ARG001  # Lambda passes both
    """Process all records at once, and keep the batch hidden until the last is done."""
    records = event["Records"]
    with ThreadPoolExecutor(10) as pool:
        running = {record["messageId"]: pool.submit(process, record) for record in records}
        keep_hidden(records, list(running.values()))
    failed = [message_id for message_id, future in running.items() if future.exception() is not None]
    return {"batchItemFailures": [{"itemIdentifier": message_id} for message_id in failed]}


def keep_hidden(records: list[dict[str, Any]], running: list[Future[None]]) -> None:
    """Extend the messages every 0.8 s."""
    sqs: SQSClient | None = None
    while wait(running, timeout=0.8).not_done:
        sqs = sqs or SQSClient()
        for record in records:
            try:
                sqs.extend_visibility(record["receiptHandle"], 3)
            except Exception:
                logger.exception("message %s is not extended", record["messageId"])


def process(record: dict[str, Any]) -> None:
    """Process one record; on its last receive its task is given up."""
    task_id = int(json.loads(record["body"])["task_id"])
    try:
        process_task(task_id)
    except Exception:
        logger.exception("task %s could not be completed", task_id)
        if record["attributes"]["ApproximateReceiveCount"] == "3":
            give_up(task_id)
        raise
