"""What the four tasks promise each other: owners, retries, pages and copies meet here."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from fastapi.testclient import TestClient

TaskMaker = Callable[..., dict[str, Any]]


def test_a_copy_is_its_owner_s_alone(client: TestClient, stranger: TestClient, make_task: TaskMaker) -> None:
    """Another user's task answers 404 also where the cache has a copy of it, and its owner still gets that."""
    task = make_task()
    path = f"/tasks/{task['id']}"
    assert [client.get(path).json() for _ in range(2)] == [task, task]
    assert stranger.get(path).status_code == 404
    assert stranger.put(path, json={"title": "Pull the plants out"}).status_code == 404
    assert stranger.delete(path).status_code == 404
    assert client.get(path).json() == task


def test_a_stranger_s_request_makes_no_copy(client: TestClient, stranger: TestClient, make_task: TaskMaker) -> None:
    """Who asks first does not matter."""
    task = make_task()
    path = f"/tasks/{task['id']}"
    assert stranger.get(path).status_code == 404
    assert client.get(path).json() == task


def test_pages_and_totals_are_of_one_user(client: TestClient, stranger: TestClient, make_task: TaskMaker) -> None:
    """Other users' tasks are neither shown, nor counted, nor linked to."""
    make_task()
    assert client.get("/tasks").json()["total"] == 1
    assert stranger.get("/tasks").json() == {"items": [], "total": 0, "next": None, "previous": None}


def test_a_copy_does_not_outlive_a_send_that_failed(client: TestClient, deaf_queue: list[dict[str, Any]]) -> None:
    """Who read a task while it was being sent sees afterwards that it failed."""
    assert client.post("/tasks", json={"title": "Water the plants"}).status_code == 503
    (read_meanwhile,) = deaf_queue
    assert read_meanwhile["status"] == "pending"
    path = f"/tasks/{read_meanwhile['id']}"
    assert client.get(path).json()["status"] == "failed"
    client.delete(path)


def test_a_copy_is_not_open(client: TestClient, make_task: TaskMaker) -> None:
    """Without a token there is no task, also where the cache has a copy; health and counters are for machines."""
    path = f"/tasks/{make_task()['id']}"
    client.get(path)
    anonymous = TestClient(client.app)
    assert anonymous.get(path).status_code == 401
    assert anonymous.get("/health").status_code == 200
    assert "task_cache_hits_total" in anonymous.get("/metrics").text


@pytest.fixture
def deaf_queue(client: TestClient) -> Iterator[list[dict[str, Any]]]:
    """Let every send fail once its task was read; return what was read."""
    from app.dependencies import get_sqs  # reads the environment, which conftest changes first
    from app.main import app
    from app.sqs_client import QueueError, SQSClient

    read: list[dict[str, Any]] = []

    class DeafQueue(SQSClient):
        def send_message(self, body: dict[str, Any]) -> str:
            read.append(client.get(f"/tasks/{body['task_id']}").json())
            raise QueueError("nobody listens")

    app.dependency_overrides[get_sqs] = DeafQueue
    yield read
    del app.dependency_overrides[get_sqs]
