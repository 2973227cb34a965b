"""The worker: an AWS Lambda function that an SQS event source mapping calls with batches of messages."""

import json
import logging
from typing import Any

from app.processing import give_up, process_task
from app.visibility import Heartbeat

MOST_RECEIVES = 3  # of the queue's redrive policy: what fails then goes to the dead-letter queue

logger = logging.getLogger(__name__)


def lambda_handler(event: dict[str, Any], context: object) -> dict[str, Any]:  # noqa: ARG001  # Lambda passes both
    """Process every record of an SQS event and name those that failed, so that only they come back.

    Needs `ReportBatchItemFailures` on the event source mapping.
    """
    failures = []
    with Heartbeat(event["Records"]) as heartbeat:
        for record in event["Records"]:
            if not handled(record):
                failures.append({"itemIdentifier": record["messageId"]})
                heartbeat.leave(record)
    return {"batchItemFailures": failures}


def handled(record: dict[str, Any]) -> bool:
    """Process one record; tell whether its message is done with."""
    try:
        process_task(task_id_of(record))
    except Exception:
        logger.exception("message %s could not be processed", record["messageId"])
        if is_last(record):
            try_to_give_up(record)
        return False
    return True


def is_last(record: dict[str, Any]) -> bool:
    """Tell whether a message is received for the last time."""
    return int(record["attributes"].get("ApproximateReceiveCount", 1)) >= MOST_RECEIVES


def try_to_give_up(record: dict[str, Any]) -> None:
    """Mark the task of a record as failed, where it names one."""
    try:
        give_up(task_id_of(record))
    except Exception:
        logger.exception("no task was marked as failed for message %s", record["messageId"])


def task_id_of(record: dict[str, Any]) -> int:
    """Return the id of the task that a message names."""
    task_id = json.loads(record["body"])["task_id"]
    if type(task_id) is not int:
        raise ValueError(f"no task id: {task_id!r}")
    return task_id
