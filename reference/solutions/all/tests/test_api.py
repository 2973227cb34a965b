"""What the API promises over HTTP."""

import json
from collections.abc import Callable
from datetime import datetime
from typing import Any

import boto3
import pytest
from fastapi.testclient import TestClient
from sqlalchemy import func, update

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


def test_the_list_is_filtered_by_status_and_newest_first(client: TestClient, make_task: TaskMaker) -> None:
    """GET /tasks?status= shows the tasks of that status alone, and counts them alone."""
    first, second, other = make_task(), make_task(), make_task()
    for task in (first, second):
        client.put(f"/tasks/{task['id']}", json={"status": "failed"})
    page = client.get("/tasks", params={"status": "failed", "limit": 2}).json()
    assert [task["id"] for task in page["items"]] == [second["id"], first["id"]]
    assert page["total"] == len(walk(client, "/tasks?status=failed&limit=100"))
    assert other["id"] not in walk(client, "/tasks?status=failed")


def test_a_page_has_twenty_tasks_unless_told_otherwise(client: TestClient, make_task: TaskMaker) -> None:
    """`limit` is 20 where it is left out, and cuts the page where it is given."""
    made = [make_task()["id"] for _ in range(21)][::-1]
    assert ids(client.get("/tasks").json()) == made[:20]
    assert ids(client.get("/tasks", params={"limit": 3}).json()) == made[:3]


def test_pages_lead_on_and_back(client: TestClient, make_task: TaskMaker) -> None:
    """`next` and `previous` can be followed as they stand and keep limit and status."""
    made = [make_task()["id"] for _ in range(5)][::-1]
    first = client.get("/tasks?status=pending&limit=2").json()
    second = client.get(first["next"]).json()
    assert ids(first) + ids(second) == made[:4]
    assert first["previous"] is None
    assert client.get(second["previous"]).json() == first


def test_the_last_page_ends_the_list(client: TestClient, make_task: TaskMaker) -> None:
    """`next` is null on the last page, also where that page is full, and `previous` leads back to the first."""
    for task in [make_task(), make_task()]:
        client.put(f"/tasks/{task['id']}", json={"status": "processing"})
    total = client.get("/tasks?status=processing").json()["total"]
    assert client.get(f"/tasks?status=processing&limit={total}").json()["next"] is None
    page = client.get("/tasks?status=processing&limit=1").json()
    pages = [page]
    while page["next"] is not None:
        page = client.get(page["next"]).json()
        pages.append(page)
    while page["previous"] is not None:
        page = client.get(page["previous"]).json()
    assert page == pages[0]
    assert len(pages) == total


def test_equal_times_show_every_task_once(client: TestClient, make_task: TaskMaker) -> None:
    """Tasks of one time are told apart by id, whatever the size of a page."""
    made = [make_task()["id"] for _ in range(7)]
    give_one_time(made)
    for limit in (1, 2, 3, 7):
        assert walk(client, f"/tasks?limit={limit}")[:7] == made[::-1]


def test_a_page_holds_still_while_tasks_come_and_go(client: TestClient, make_task: TaskMaker) -> None:
    """A task that is added, and one that a cursor came from and that is deleted, move no other."""
    made = [make_task()["id"] for _ in range(6)][::-1]
    page = client.get("/tasks?limit=3").json()
    make_task()
    client.delete(f"/tasks/{made[2]}")
    assert ids(client.get(page["next"]).json()) == made[3:6]


@pytest.mark.parametrize(
    "cursor", ["", "no cursor", "bm90IGEgY3Vyc29y", "eyJub3QiOiAiYSBjdXJzb3IifQ==", "\N{EURO SIGN}"]
)
def test_what_is_no_cursor_is_refused(client: TestClient, cursor: str) -> None:
    """Text that no page gave out answers 422."""
    assert client.get("/tasks", params={"cursor": cursor}).status_code == 422


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


@pytest.mark.parametrize("path", ["/tasks/one", "/tasks?status=done", "/tasks?limit=0", "/tasks?limit=101"])
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


def give_one_time(task_ids: list[int]) -> None:
    """Let tasks have the same `created_at`, that of this moment."""
    from app.database import SessionLocal  # reads the environment, which conftest changes first
    from app.models import Task

    with SessionLocal() as db:
        db.execute(update(Task).where(Task.id.in_(task_ids)).values(created_at=func.now()))
        db.commit()


def ids(page: dict[str, Any]) -> list[int]:
    """Return the ids of a page's tasks, as they stand."""
    return [task["id"] for task in page["items"]]


def walk(client: TestClient, url: str | None) -> list[int]:
    """Return the ids of all tasks from this page to the last."""
    found: list[int] = []
    while url is not None:
        page = client.get(url).json()
        found += ids(page)
        url = page["next"]
    return found
