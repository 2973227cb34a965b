"""Examples of what task3 asks for, on the servers that the environment names.

They make tasks of their own, which are the newest while a test runs, and page through those alone: other tasks may be
there. A check of the workbench looks at more pages, and at what the database has to do for them.
"""

from collections.abc import Callable
from typing import Any

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import text

TaskMaker = Callable[..., dict[str, Any]]


def test_a_page_has_items_total_and_links(client: TestClient, make_task: TaskMaker) -> None:
    """The newest task comes first; the first page has a next one and none before it."""
    make_task()
    newest = make_task()
    page = client.get("/tasks", params={"limit": 1}).json()
    assert page["items"] == [newest]
    assert page["total"] >= 2
    assert isinstance(page["next"], str)
    assert page["previous"] is None


def test_links_are_followed_as_they_stand(client: TestClient, make_task: TaskMaker) -> None:
    """`next` leads on with the same limit and status, `previous` back to the page before."""
    made = [make_task()["id"] for _ in range(4)][::-1]
    first = client.get("/tasks", params={"limit": 2, "status": "pending"}).json()
    second = client.get(first["next"]).json()
    assert ids(first) == made[:2]
    assert ids(second) == made[2:]
    assert ids(client.get(second["previous"]).json()) == made[:2]


@pytest.mark.parametrize("limit", [1, 2, 3])
def test_tasks_of_one_time_show_once_each(client: TestClient, tasks_of_one_time: list[int], limit: int) -> None:
    """A page that ends among tasks of the same time loses none of them and repeats none."""
    shown = [task_id for page in pages(client, f"/tasks?limit={limit}", 6) for task_id in ids(page)]
    assert sorted(shown[:6]) == sorted(tasks_of_one_time)


def test_a_task_that_is_added_moves_no_page(client: TestClient, make_task: TaskMaker) -> None:
    """The second page holds what it would have held without the new task."""
    made = [make_task()["id"] for _ in range(4)][::-1]
    first = client.get("/tasks", params={"limit": 2}).json()
    make_task()
    assert ids(client.get(first["next"]).json()) == made[2:]


def test_the_total_is_the_same_on_every_page(client: TestClient, make_task: TaskMaker) -> None:
    """`total` counts what matches the filter, not what the page shows."""
    for _ in range(3):
        make_task()
    totals = [page["total"] for page in pages(client, "/tasks?limit=1&status=pending", 3)]
    assert totals[0] >= 3
    assert len(set(totals)) == 1


@pytest.mark.parametrize("query", ["limit=0", "limit=101", "limit=ten"])
def test_a_limit_outside_1_to_100_is_refused(client: TestClient, query: str) -> None:
    """422 for a page of no size that is offered."""
    assert client.get(f"/tasks?{query}").status_code == 422


def test_text_that_is_no_cursor_is_refused(client: TestClient) -> None:
    """400 or 422, not 500."""
    assert client.get("/tasks", params={"cursor": "this is no cursor"}).status_code in (400, 422)


@pytest.fixture
def tasks_of_one_time(make_task: TaskMaker) -> list[int]:
    """Make six tasks and give them one `created_at`, the newest of all."""
    from app.database import engine  # reads the environment, which conftest changes first

    made = [make_task()["id"] for _ in range(6)]
    with engine.begin() as connection:
        connection.execute(text("UPDATE tasks SET created_at = now() WHERE id = ANY(:made)"), {"made": made})
    return made


def pages(client: TestClient, url: str, count: int) -> list[dict[str, Any]]:
    """Return up to `count` pages, following `next` from `url` on."""
    found: list[dict[str, Any]] = []
    following: str | None = url
    while following is not None and len(found) < count:
        found.append(client.get(following).json())
        following = found[-1]["next"]
    return found


def ids(page: dict[str, Any]) -> list[int]:
    """Return the ids of a page's tasks, as they stand."""
    return [task["id"] for task in page["items"]]
