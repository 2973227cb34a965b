"""Examples of what task4 asks for, against the servers of the environment, Redis among them.

They find the keys that you write by looking, speak to Redis over a plain socket, and hold the table's lock where they
want to know whether it is read. A check of the workbench looks at more ways in which an entry can be wrong, at
changes that meet a GET at the worst moment, and at a Redis that dies.
"""

import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from http.client import HTTPConnection
from typing import Any
from urllib.parse import urlsplit

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import create_engine, text

TaskMaker = Callable[..., dict[str, Any]]


def redis(*words: str | bytes) -> Any:
    """Send one command to the Redis that REDIS_URL names and return its answer; lists come back as lists of bytes."""
    place = urlsplit(os.environ["REDIS_URL"])
    with socket.create_connection((place.hostname, place.port or 6379), timeout=5) as connection:
        stream = connection.makefile("rwb")
        encoded = [word.encode() if isinstance(word, str) else word for word in words]
        parts = [b"$%d\r\n%s\r\n" % (len(word), word) for word in encoded]
        stream.write(b"*%d\r\n%s" % (len(parts), b"".join(parts)))
        stream.flush()
        return read_answer(stream)


def read_answer(stream: Any) -> Any:
    """Read one answer of the protocol that Redis speaks (RESP 2)."""
    kind, rest = (line := stream.readline().rstrip(b"\r\n"))[:1], line[1:]
    if kind == b"-":
        raise RuntimeError(rest.decode())
    if kind == b"*":
        return [read_answer(stream) for _ in range(int(rest))]
    if kind == b"$":
        return None if rest == b"-1" else stream.read(int(rest) + 2)[:-2]
    return int(rest) if kind == b":" else rest


@pytest.fixture
def cached(client: TestClient, make_task: TaskMaker) -> dict[str, Any]:
    """Make a task, read it once, and give the service a moment to write it to Redis."""
    task = make_task()
    client.get(f"/tasks/{task['id']}")
    time.sleep(0.1)
    return task


@contextmanager
def table_locked() -> Iterator[None]:
    """Hold the lock that lets nobody read `tasks`."""
    engine = create_engine(os.environ["DATABASE_URL"])
    with engine.begin() as connection:
        connection.execute(text("SET LOCAL lock_timeout = '5s'"))
        connection.execute(text("LOCK TABLE tasks IN ACCESS EXCLUSIVE MODE"))
        yield
    engine.dispose()


def test_the_second_get_does_not_read_the_table(client: TestClient, cached: dict[str, Any]) -> None:
    """While nobody can read `tasks`, a task that was read before is still served."""
    with ThreadPoolExecutor(1) as pool:
        with table_locked():
            second = pool.submit(client.get, f"/tasks/{cached['id']}")
            done = wait_for(second.done, 2)
        assert done, "GET waited for the table"
    assert second.result().json()["title"] == cached["title"]


def test_what_a_get_writes_to_redis_expires(client: TestClient, make_task: TaskMaker) -> None:
    """Of the keys that a first GET leaves, at least one lives for 290 to 300 seconds."""
    task = make_task()
    before = set(redis("KEYS", "*"))
    client.get(f"/tasks/{task['id']}")
    time.sleep(0.1)
    lives = {key: redis("TTL", key) for key in set(redis("KEYS", "*")) - before}
    assert any(289 <= seconds <= 300 for seconds in lives.values()), lives


def test_a_change_shows_at_once(client: TestClient, cached: dict[str, Any]) -> None:
    """PUT and DELETE make the service forget what it had in Redis."""
    path = f"/tasks/{cached['id']}"
    client.put(path, json={"title": "Feed the cat"})
    assert client.get(path).json()["title"] == "Feed the cat"
    client.delete(path)
    assert client.get(path).status_code == 404


def test_the_workers_change_shows_at_once(client: TestClient, cached: dict[str, Any]) -> None:
    """When the handler has returned, the task is completed for everybody."""
    from lambda_function import lambda_handler  # reads the environment, which conftest changes first

    body = f'{{"task_id": {cached["id"]}}}'
    record = {"messageId": "m1", "receiptHandle": "r1", "body": body, "attributes": {"ApproximateReceiveCount": "1"}}
    lambda_handler({"Records": [record]}, None)
    assert client.get(f"/tasks/{cached['id']}").json()["status"] == "completed"


def test_an_entry_that_is_no_task_is_read_from_the_database(client: TestClient, make_task: TaskMaker) -> None:
    """Whatever stands in the keys of a task, its GET is answered as ever."""
    task = make_task()
    before = set(redis("KEYS", "*"))
    client.get(f"/tasks/{task['id']}")
    time.sleep(0.1)
    for key in set(redis("KEYS", "*")) - before:
        redis("SET", key, b"\xff\xfe no task")
    response = client.get(f"/tasks/{task['id']}")
    assert response.status_code == 200
    assert response.json() == task


def test_hits_and_misses_are_counted(client: TestClient, make_task: TaskMaker) -> None:
    """Two GETs after all keys of a task were removed are a miss and a hit."""
    task = make_task()
    before = set(redis("KEYS", "*"))
    client.get(f"/tasks/{task['id']}")
    time.sleep(0.1)
    for key in set(redis("KEYS", "*")) - before:
        redis("DEL", key)
    hits, misses = count(client, "task_cache_hits_total"), count(client, "task_cache_misses_total")
    client.get(f"/tasks/{task['id']}")
    time.sleep(0.1)
    client.get(f"/tasks/{task['id']}")
    assert count(client, "task_cache_misses_total") == misses + 1
    assert count(client, "task_cache_hits_total") == hits + 1


def test_the_service_does_without_redis(client: TestClient) -> None:
    """An API whose Redis refuses connections starts, and makes, shows, changes and deletes a task within 2 s each."""
    # Where conftest.py has a token (task 1), this API wants it as well.
    login = {name: value for name, value in client.headers.items() if name == "authorization"}
    with socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))  # bound and not listening: connections are refused
        with running_api(f"redis://127.0.0.1:{nobody.getsockname()[1]}/0") as port:
            made, body = ask(port, login, "POST", "/tasks", '{"title": "No cache today"}')
            path = f"/tasks/{json.loads(body)['id']}"
            statuses = [ask(port, login, *request)[0] for request in requests_for(path)]
            assert [made, *statuses] == [201, 200, 200, 200, 204, 404]


def requests_for(path: str) -> list[tuple[str, ...]]:
    """Return requests that try every endpoint on one task, which is gone in the end."""
    return [
        ("GET", path),
        ("PUT", path, '{"title": "Still none"}'),
        ("GET", "/tasks"),
        ("DELETE", path),
        ("GET", path),
    ]


def ask(port: int, login: dict[str, str], method: str, path: str, body: str | None = None) -> tuple[int, bytes]:
    """Send a request, which has 2 s, and return status and body of the answer."""
    connection = HTTPConnection("127.0.0.1", port, timeout=2)
    connection.request(method, path, body, {"Content-Type": "application/json", **login})
    response = connection.getresponse()
    content = response.read()
    connection.close()
    return response.status, content


@contextmanager
def running_api(redis_url: str) -> Iterator[int]:
    """Run the API in a process of its own with another Redis; yield its port."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port: int = free.getsockname()[1]
    arguments = [sys.executable, "-m", "uvicorn", "app.main:app", "--port", str(port)]
    with subprocess.Popen(arguments, env={**os.environ, "REDIS_URL": redis_url}) as process:
        try:
            assert wait_for(lambda: answers(port), 20), "the API did not start"
            yield port
        finally:
            process.terminate()


def answers(port: int) -> bool:
    """Whether the port can be connected to."""
    try:
        socket.create_connection(("127.0.0.1", port), timeout=1).close()
    except OSError:
        return False
    return True


def count(client: TestClient, name: str) -> float:
    """Return the value of a counter over all its labels; 0 where it is not there."""
    lines = client.get("/metrics").text.splitlines()
    return sum(float(line.rpartition(" ")[2]) for line in lines if line.startswith((f"{name} ", f"{name}{{")))


def wait_for(condition: Callable[[], bool], seconds: float) -> bool:
    """Wait until the condition holds; tell whether it did in time."""
    deadline = time.monotonic() + seconds
    while not condition() and time.monotonic() < deadline:
        time.sleep(0.02)
    return condition()
