"""What the API promises over HTTP."""

import json
from collections.abc import Callable
from datetime import datetime
from typing import Any

import boto3
import pytest
from fastapi.testclient import TestClient

TaskMaker = Callable[..., dict[str, Any]]


def test_health_answers(client: TestClient) -> None:
    """GET /health is 200 and JSON."""
    response = client.get("/health")
    assert response.status_code == 200
    assert response.json() == {"status": "ok"}


def test_a_new_task_is_pending(make_task: TaskMaker) -> None:
    """POST /tasks returns the stored task, with times that carry an offset."""
    task = make_task(title="Water the plants", description="Only the ones inside")
    assert task["title"] == "Water the plants"
    assert task["description"] == "Only the ones inside"
    assert task["status"] == "pending"
    assert datetime.fromisoformat(task["created_at"]).tzinfo is not None
    assert task["updated_at"] == task["created_at"]


def test_a_new_task_is_announced_on_the_queue(make_task: TaskMaker, queue_url: str) -> None:
    """POST /tasks puts exactly one message with the task's id on the queue."""
    task_id = make_task()["id"]
    assert [body for body in drain(queue_url) if body["task_id"] == task_id] == [{"task_id": task_id}]


def test_a_task_can_be_read(client: TestClient, make_task: TaskMaker) -> None:
    """GET /tasks/{id} returns what POST returned."""
    task = make_task()
    response = client.get(f"/tasks/{task['id']}")
    assert response.status_code == 200
    assert response.json() == task


def test_the_list_is_filtered_by_status_and_ordered_by_id(client: TestClient, make_task: TaskMaker) -> None:
    """GET /tasks?status= shows the tasks of that status alone."""
    first, second, other = make_task(), make_task(), make_task()
    for task in (second, first):
        client.put(f"/tasks/{task['id']}", json={"status": "failed"})
    tasks = client.get("/tasks", params={"status": "failed", "limit": 1_000_000}).json()
    ids = [task["id"] for task in tasks]
    assert {task["status"] for task in tasks} == {"failed"}
    assert ids == sorted(ids)
    assert {first["id"], second["id"]} <= set(ids)
    assert other["id"] not in ids


def test_the_list_can_be_cut(client: TestClient, make_task: TaskMaker) -> None:
    """`skip` and `limit` choose a part of the list."""
    for _ in range(3):
        make_task()
    first_three = client.get("/tasks", params={"limit": 3}).json()
    assert client.get("/tasks", params={"skip": 1, "limit": 2}).json() == first_three[1:]


def test_an_update_changes_only_what_was_sent(client: TestClient, make_task: TaskMaker) -> None:
    """PUT leaves the other fields as they were and moves `updated_at`."""
    task = make_task(description="Only the ones inside")
    response = client.put(f"/tasks/{task['id']}", json={"title": "Feed the cat"})
    assert response.status_code == 200
    changed = response.json()
    assert datetime.fromisoformat(changed["updated_at"]) > datetime.fromisoformat(task["updated_at"])
    assert changed == {**task, "title": "Feed the cat", "updated_at": changed["updated_at"]}
    assert client.get(f"/tasks/{task['id']}").json() == changed


def test_a_description_can_be_taken_away(client: TestClient, make_task: TaskMaker) -> None:
    """An explicit null empties the description, which may be null."""
    task = make_task(description="Only the ones inside")
    assert client.put(f"/tasks/{task['id']}", json={"description": None}).json()["description"] is None


def test_a_deleted_task_is_gone(client: TestClient, make_task: TaskMaker) -> None:
    """DELETE is 204, and the task answers 404 from then on."""
    path = f"/tasks/{make_task()['id']}"
    response = client.delete(path)
    assert response.status_code == 204
    assert response.content == b""
    assert client.get(path).status_code == 404
    assert client.put(path, json={"title": "Too late"}).status_code == 404
    assert client.delete(path).status_code == 404


@pytest.mark.parametrize(
    "body", [{}, {"title": ""}, {"title": "x" * 201}, {"title": None}, {"title": 7}, {"title": "x", "description": 7}]
)
def test_a_malformed_new_task_is_refused(client: TestClient, body: dict[str, Any]) -> None:
    """POST /tasks answers 422 to a body that does not validate."""
    assert client.post("/tasks", json=body).status_code == 422


@pytest.mark.parametrize("body", [{"title": ""}, {"title": None}, {"status": "done"}, {"status": None}])
def test_a_malformed_update_is_refused(client: TestClient, make_task: TaskMaker, body: dict[str, Any]) -> None:
    """PUT answers 422 to a field that does not validate and changes nothing."""
    task = make_task()
    assert client.put(f"/tasks/{task['id']}", json=body).status_code == 422
    assert client.get(f"/tasks/{task['id']}").json() == task


@pytest.mark.parametrize("path", ["/tasks/one", "/tasks?status=done", "/tasks?skip=-1", "/tasks?limit=0"])
def test_a_malformed_parameter_is_refused(client: TestClient, path: str) -> None:
    """A parameter that does not validate answers 422."""
    assert client.get(path).status_code == 422


def drain(queue_url: str) -> list[dict[str, Any]]:
    """Return the bodies of all messages on the queue and delete them."""
    sqs = boto3.client("sqs")
    bodies: list[dict[str, Any]] = []
    while messages := sqs.receive_message(QueueUrl=queue_url, MaxNumberOfMessages=10).get("Messages"):
        for message in messages:
            bodies.append(json.loads(message["Body"]))
            sqs.delete_message(QueueUrl=queue_url, ReceiptHandle=message["ReceiptHandle"])
    return bodies
