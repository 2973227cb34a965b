"""What the worker promises for a batch of messages."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from fastapi.testclient import TestClient

TaskMaker = Callable[..., dict[str, Any]]


def test_a_task_is_completed(client: TestClient, make_task: TaskMaker) -> None:
    """A message takes its task to completed, and nothing is reported as failed."""
    task_id = make_task()["id"]
    assert handle(record("m1", {"task_id": task_id})) == []
    assert status_of(client, task_id) == "completed"


def test_a_task_that_was_interrupted_is_completed(client: TestClient, make_task: TaskMaker) -> None:
    """A redelivered message completes a task that an earlier worker left in processing."""
    task_id = make_task()["id"]
    client.put(f"/tasks/{task_id}", json={"status": "processing"})
    assert handle(record("m1", {"task_id": task_id})) == []
    assert status_of(client, task_id) == "completed"


def test_a_message_of_a_task_that_is_gone_is_dropped(client: TestClient, make_task: TaskMaker) -> None:
    """A message whose task was deleted is no failure."""
    task_id = make_task()["id"]
    client.delete(f"/tasks/{task_id}")
    assert handle(record("m1", {"task_id": task_id})) == []


@pytest.mark.parametrize("body", ["not JSON", "{}", '{"task_id": "seven"}'])
def test_only_the_bad_message_comes_back(client: TestClient, make_task: TaskMaker, body: str) -> None:
    """A message that cannot be processed is reported alone; the others of its batch are done."""
    first, second = make_task()["id"], make_task()["id"]
    bad = record("bad", {}) | {"body": body}
    assert handle(record("m1", {"task_id": first}), bad, record("m2", {"task_id": second})) == ["bad"]
    assert status_of(client, first) == status_of(client, second) == "completed"


def handle(*records: dict[str, Any]) -> list[str]:
    """Call the handler with an event of these records; return the message ids that it reports as failed."""
    from lambda_function import lambda_handler  # reads the environment, which conftest changes first

    failures = lambda_handler({"Records": list(records)}, None)["batchItemFailures"]
    return [failure["itemIdentifier"] for failure in failures]


def record(message_id: str, body: dict[str, Any]) -> dict[str, Any]:
    """Return a record as AWS hands it to a Lambda function."""
    return {
        "messageId": message_id,
        "receiptHandle": f"receipt-of-{message_id}",
        "body": json.dumps(body),
        "attributes": {"ApproximateReceiveCount": "1"},
        "messageAttributes": {},
        "eventSource": "aws:sqs",
        "eventSourceARN": "arn:aws:sqs:us-east-1:000000000000:tasks",
        "awsRegion": "us-east-1",
    }


def status_of(client: TestClient, task_id: int) -> str:
    """Return the status of a task as the API shows it."""
    status: str = client.get(f"/tasks/{task_id}").json()["status"]
    return status
