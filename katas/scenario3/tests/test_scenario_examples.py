"""Examples of what scenario3 promises, on the servers that the environment names; the first two fail at first."""

import json
from collections.abc import Callable
from typing import Any

from fastapi.testclient import TestClient

TaskMaker = Callable[..., dict[str, Any]]


def test_a_completion_is_noted_once(client: TestClient, make_task: TaskMaker) -> None:
    """A message that comes again leaves no second row."""
    task_id = make_task()["id"]
    handle({"task_id": task_id})
    handle({"task_id": task_id})
    assert kinds(client, task_id).count("completed") == 1


def test_poison_is_reported_alone(client: TestClient, make_task: TaskMaker) -> None:
    """What comes behind it in the batch is done."""
    broken, good = make_task(description="broken")["id"], make_task()["id"]
    assert handle({"task_id": broken}, {"task_id": good}) == ["m0"]
    assert kinds(client, good).count("completed") == 1


def test_a_task_without_events_has_none(client: TestClient, make_task: TaskMaker) -> None:
    """A new task has not been completed."""
    assert "completed" not in kinds(client, make_task()["id"])


def handle(*bodies: dict[str, Any]) -> list[str]:
    """Hand a batch to the worker; return the message ids that it reports as failed."""
    from lambda_function import lambda_handler  # reads the environment, which conftest changes first

    records = [
        {
            "messageId": f"m{number}",
            "receiptHandle": f"receipt-of-m{number}",
            "body": json.dumps(body),
            "attributes": {"ApproximateReceiveCount": "1"},
            "messageAttributes": {},
            "eventSource": "aws:sqs",
        }
        for number, body in enumerate(bodies)
    ]
    failures = lambda_handler({"Records": records}, None)["batchItemFailures"]
    return [failure["itemIdentifier"] for failure in failures]


def kinds(client: TestClient, task_id: int) -> list[str]:
    """Return the kinds of a task's events, as the API lists them."""
    return [event["kind"] for event in client.get(f"/tasks/{task_id}/events").json()]
