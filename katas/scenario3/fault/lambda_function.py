"""The worker: an AWS Lambda function that an SQS event source mapping calls with batches of messages."""

import json
import logging
from typing import Any

from app.processing import process_task

logger = logging.getLogger(__name__)


def lambda_handler(event: dict[str, Any], context: object) -> dict[str, Any]:  # noqa: ARG001  # Lambda passes both
    """Process the records of an SQS event; what raises is tried again by the event source mapping."""
    for record in event["Records"]:
        process_task(task_id_of(record))
    logger.info("%s messages are done", len(event["Records"]))
    return {"batchItemFailures": []}


def task_id_of(record: dict[str, Any]) -> int:
    """Return the id of the task that a message names."""
    task_id = json.loads(record["body"])["task_id"]
    if type(task_id) is not int:
        raise ValueError(f"no task id: {task_id!r}")
    return task_id
