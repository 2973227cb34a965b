"""The worker: an AWS Lambda function that an SQS event source mapping calls with batches of messages."""

import json
import logging
from typing import Any

from app.infra.pg import get_pool
from app.tasks import repo
from app.tasks.shelf import get_shelf

logger = logging.getLogger(__name__)


def lambda_handler(event: dict[str, Any], context: object) -> dict[str, Any]:  # noqa: ARG001
    """Process every record and name those that failed."""
    failures = []
    for record in event["Records"]:
        try:
            process_record(json.loads(record["body"])["task_id"])
        except Exception:
            logger.exception("message %s could not be processed", record["messageId"])
            failures.append({"itemIdentifier": record["messageId"]})
    return {"batchItemFailures": failures}


def process_record(task_id: int) -> None:
    """Take a task to completed, showing every state that others can see."""
    for status in ("processing", "completed"):
        with get_pool().connection() as db:
            row = repo.update(db, task_id, {"status": status})
        if row is None:
            logger.info("task %s is gone, its message is dropped", task_id)
            return
        get_shelf().offer(row["id"], row["version"], repo.to_json(row))
