"""Examples of what scenario1 asks for, on the servers that the environment names.

They look from within the process, where a check of the workbench looks from outside, with more traffic of more kinds.
"""

import gc
import json
import tracemalloc
from collections.abc import Callable
from typing import Any

import pytest
from fastapi.testclient import TestClient

TaskMaker = Callable[..., dict[str, Any]]

REQUESTS = 400
TEXT = "x" * 5_000
KEPT_BYTES = 500_000  # of what all those requests sent, which is several times as much
NOWHERE = 2_000_000_000


@pytest.fixture(scope="module", autouse=True)
def traced() -> Any:
    """Note who allocates what."""
    tracemalloc.start()
    yield
    tracemalloc.stop()


def test_requests_leave_nothing_behind(client: TestClient) -> None:
    """Four hundred requests with long query strings, and memory is as it was after the first hundred."""
    before = kept_after(lambda number: client.get(f"/health?{number:06}{TEXT}"), 100)
    assert kept_after(lambda number: client.get(f"/health?{number:06}{TEXT}"), REQUESTS) - before < KEPT_BYTES


def test_versions_of_a_task_leave_nothing_behind(client: TestClient, make_task: TaskMaker) -> None:
    """A task that is changed and read all the time needs no more memory than one that is not."""
    path = f"/tasks/{make_task()['id']}"

    def change(number: int) -> None:
        client.put(path, json={"description": f"{number}{TEXT}"})
        client.get(path)

    before = kept_after(change, 260)
    assert kept_after(change, REQUESTS) - before < KEPT_BYTES


@pytest.mark.parametrize("path", [f"/tasks/{NOWHERE}", "/tasks/seven"])
def test_a_refusal_gives_its_connection_back(client: TestClient, path: str) -> None:
    """After 404 and 422 no session keeps a connection."""
    before = connections_out()
    for _ in range(3):
        assert client.get(path).status_code in (404, 422)
    assert connections_out() == before


def test_the_last_requests_are_told(client: TestClient) -> None:
    """The newest of 50 comes first."""
    for number in range(60):
        client.get(f"/health?visit={number}")
    visits = client.get("/activity").json()
    assert len(visits) == 50
    assert [visit["target"] for visit in visits[:2]] == ["/health?visit=59", "/health?visit=58"]


def test_a_good_copy_is_not_sent_again(client: TestClient, make_task: TaskMaker) -> None:
    """304 for the ETag of the task as it is, and the task for that of an earlier version."""
    path = f"/tasks/{make_task()['id']}"
    etag = client.get(path).headers["ETag"]
    assert client.get(path, headers={"If-None-Match": etag}).status_code == 304
    client.put(path, json={"title": "Feed the cat"})
    assert client.get(path, headers={"If-None-Match": etag}).json()["title"] == "Feed the cat"


def test_the_export_has_a_line_for_each_task(client: TestClient, make_task: TaskMaker) -> None:
    """Each line is what GET returns."""
    made = [make_task() for _ in range(3)]
    lines = [json.loads(line) for line in client.get("/tasks/export").text.splitlines()]
    assert lines[-3:] == made


def kept_after(ask: Callable[[int], Any], count: int) -> int:
    """Ask so many times and return how many bytes Python's objects have then."""
    for number in range(count):
        ask(number)
    gc.collect()
    return tracemalloc.get_traced_memory()[0]


def connections_out() -> int:
    """Return how many connections of the pool are in use."""
    from app.database import engine  # reads the environment, which conftest changes first

    return int(engine.pool.checkedout())  # type: ignore[attr-defined]  # what create_engine makes by default
