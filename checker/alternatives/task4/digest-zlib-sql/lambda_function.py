import json
from typing import Any

from app import repository


def lambda_handler(event: dict[str, Any], context: object) -> dict[str, Any]:
    repository.pool.open()
    failures = []
    for record in event["Records"]:
        try:
            task_id = json.loads(record["body"])["task_id"]
            if repository.change(task_id, status="processing"):
                repository.change(task_id, status="completed")
        except Exception as error:
            print(f"{record['messageId']}: {error!r}")
            failures.append({"itemIdentifier": record["messageId"]})
    return {"batchItemFailures": failures}
