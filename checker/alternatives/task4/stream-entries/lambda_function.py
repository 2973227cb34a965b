"""The worker: an AWS Lambda function that an SQS event source mapping calls with batches of messages."""

import json
import logging
from typing import Any

from app.config import get_settings
from app.database import SessionLocal
from app.models import Task
from taskservice.streams import TaskStreams

logger = logging.getLogger(__name__)
streams = TaskStreams(get_settings().redis_url)


def lambda_handler(event: dict[str, Any], context: object) -> dict[str, Any]:  # noqa: ARG001  # Lambda passes both
    """Process every record of an SQS event and name those that failed, so that only they come back.

    Needs `ReportBatchItemFailures` on the event source mapping.
    """
    failures = []
    for record in event["Records"]:
        try:
            process_record(record)
        except Exception:
            logger.exception("message %s could not be processed", record["messageId"])
            failures.append({"itemIdentifier": record["messageId"]})
    return {"batchItemFailures": failures}


def process_record(record: dict[str, Any]) -> None:
    """Take the task that a message names from pending over processing to completed."""
    task_id = json.loads(record["body"])["task_id"]
    db = SessionLocal()
    try:
        task = db.get(Task, task_id)
        if task is None:
            logger.info("task %s is gone, its message is dropped", task_id)
            return
        task.status = "processing"
        db.commit()
        streams.bury(task_id)
        # The work that a task stands for would be done here.
        task.status = "completed"
        db.commit()
        streams.bury(task_id)
    finally:
        db.close()
