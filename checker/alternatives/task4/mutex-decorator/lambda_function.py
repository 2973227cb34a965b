"""The worker: an AWS Lambda function that an SQS event source mapping calls with batches of messages."""

import json
import logging
from typing import Any

from app.caching import changing
from app.database import SessionLocal
from app.models import Task

logger = logging.getLogger(__name__)


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
    task_id = json.loads(record["body"])["task_id"]
    for status in ("processing", "completed"):
        move(task_id=task_id, status=status)


@changing
def move(*, task_id: int, status: str) -> None:
    with SessionLocal.begin() as db:
        if (task := db.get(Task, task_id)) is not None:
            task.status = status
