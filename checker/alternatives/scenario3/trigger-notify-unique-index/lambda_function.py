"""The worker: an AWS Lambda function that an SQS event source mapping calls with batches of messages."""

import json
import logging
import threading
from typing import Any

from app.leases import keep
from app.processing import give_up, process_task
from app.sqs_client import SQSClient

logger = logging.getLogger(__name__)
sqs = SQSClient()


def lambda_handler(event: dict[str, Any], context: object) -> dict[str, Any]:  # noqa: ARG001  # Lambda passes both
    """Process every record; name those that failed."""
    over = threading.Event()
    for record in event["Records"]:
        keep(sqs, record, over)
    failures = [{"itemIdentifier": record["messageId"]} for record in event["Records"] if failed(record)]
    over.set()
    return {"batchItemFailures": failures}


def failed(record: dict[str, Any]) -> bool:
    """Process one record."""
    last = int(record["attributes"]["ApproximateReceiveCount"]) >= 3
    try:
        task_id = int(json.loads(record["body"])["task_id"])
    except (ValueError, KeyError, TypeError):
        logger.exception("message %s cannot be read", record["messageId"])
        return True
    try:
        process_task(task_id)
    except Exception:
        logger.exception("task %s failed", task_id)
        if last:
            give_up(task_id)
        return True
    return False
