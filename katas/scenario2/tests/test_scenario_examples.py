"""Examples of what scenario2 promises, on the servers that the environment names.

They pass before and after the fault is mended: what is slow shows on a full database alone.
"""

import uuid
from collections.abc import Callable
from typing import Any

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import text

TaskMaker = Callable[..., dict[str, Any]]


def test_a_list_shows_the_last_event(client: TestClient, make_task: TaskMaker) -> None:
    """The event with the latest time is shown, also where an older one is written after it."""
    task_id = make_task()["id"]
    add_event(task_id, "tomorrow's", "1 day")
    add_event(task_id, "yesterday's", "-1 day")
    assert listed(client, task_id)["last_event"]["kind"] == "tomorrow's"


def test_what_the_api_does_is_in_the_history(client: TestClient, make_task: TaskMaker) -> None:
    """A task is created, then updated."""
    task_id = make_task()["id"]
    client.put(f"/tasks/{task_id}", json={"status": "failed"})
    events = client.get(f"/tasks/{task_id}/events").json()
    assert [event["kind"] for event in events] == ["created", "updated"]
    assert listed(client, task_id)["last_event"] == events[-1]


@pytest.mark.parametrize("asked", ["{} 100%_a", "{} 100%_A de", "{}"])
def test_the_search_finds_by_the_beginning(client: TestClient, make_task: TaskMaker, asked: str) -> None:
    """Upper and lower case are the same, and % and _ stand for themselves."""
    mark = uuid.uuid4().hex
    found = make_task(title=f"{mark} 100%_A Delivery")["id"]
    make_task(title=f"not {mark} 100%_A Delivery")
    assert ids(client, asked.format(mark.upper())) == [found]


def test_no_character_is_a_wildcard(client: TestClient, make_task: TaskMaker) -> None:
    """A search for % finds no title that does not begin with it."""
    mark = uuid.uuid4().hex
    make_task(title=f"{mark} delivery")
    assert ids(client, f"{mark[:4]}%") == ids(client, f"{mark[:4]}_") == []


def test_the_board_counts(client: TestClient, make_task: TaskMaker) -> None:
    """A new task is on the board at once."""
    before = client.get("/board").json()
    make_task()
    after = client.get("/board").json()
    assert after["total"] == sum(after["statuses"].values()) == before["total"] + 1
    assert after["statuses"]["pending"] == before["statuses"]["pending"] + 1


def add_event(task_id: int, kind: str, later: str) -> None:
    """Write an event by SQL, as an import does."""
    from app.database import engine  # reads the environment, which conftest changes first

    statement = (
        "INSERT INTO task_events (task_id, kind, detail, created_at)"
        " VALUES (:task_id, :kind, NULL, now() + CAST(:later AS interval))"
    )
    with engine.begin() as connection:
        connection.execute(text(statement), {"task_id": task_id, "kind": kind, "later": later})


def listed(client: TestClient, task_id: int) -> dict[str, Any]:
    """Return a task as the list shows it."""
    tasks: list[dict[str, Any]] = client.get("/tasks", params={"limit": 1_000_000}).json()
    return next(task for task in tasks if task["id"] == task_id)


def ids(client: TestClient, asked: str) -> list[int]:
    """Return the ids that a search finds."""
    return [task["id"] for task in client.get("/search", params={"q": asked}).json()]
