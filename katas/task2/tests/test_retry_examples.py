"""Examples of what task2 asks for, against a queue that fails on order.

The waits are real, so the file takes about twelve seconds. It calls `SQSClient` as plain functions: if yours became
`async def`, await them here. A check of the workbench looks at more operations and more kinds of failure.
"""

import json
import os
import socket
import subprocess
import sys
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.client import HTTPConnection
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import create_engine, text

Answer = tuple[int, dict[str, Any]]

SENT: Answer = (200, {"MessageId": "b5c1f0f2", "MD5OfMessageBody": "any"})
UNAVAILABLE: Answer = (503, {"message": "try again later"})
THROTTLED: Answer = (400, {"__type": "com.amazonaws.sqs#RequestThrottled", "message": "slow down"})
DENIED: Answer = (403, {"__type": "com.amazonaws.sqs#AccessDenied", "message": "not for you"})


class FailingQueue(ThreadingHTTPServer):
    """A loopback SQS endpoint that gives its answers in turn (the last one again and again) and times the attempts."""

    daemon_threads = True

    def __init__(self, *answers: Answer) -> None:
        super().__init__(("127.0.0.1", 0), Attempt)
        self.answers = answers
        self.attempts: list[float] = []
        self.url = f"http://127.0.0.1:{self.server_port}"

    def next_answer(self) -> Answer:
        """Note the time of an attempt and return its answer."""
        self.attempts.append(time.monotonic())
        return self.answers[min(len(self.attempts), len(self.answers)) - 1]

    def waits(self) -> list[float]:
        """Return the seconds between one attempt and the next."""
        return [later - earlier for earlier, later in zip(self.attempts, self.attempts[1:], strict=False)]


class Attempt(BaseHTTPRequestHandler):
    """One request to the failing queue."""

    server: FailingQueue

    def do_POST(self) -> None:
        """Answer as the server's plan says."""
        self.rfile.read(int(self.headers["Content-Length"]))
        status, body = self.server.next_answer()
        content = json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/x-amz-json-1.0")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *_: object) -> None:
        """Keep the test's output free of access logs."""


@pytest.fixture
def failing_queue(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., FailingQueue]]:
    """Return a function that starts a failing queue and points AWS_ENDPOINT_URL at it."""
    started: list[FailingQueue] = []

    def start(*answers: Answer) -> FailingQueue:
        queue = FailingQueue(*answers)
        started.append(queue)
        Thread(target=queue.serve_forever, daemon=True).start()
        monkeypatch.setenv("AWS_ENDPOINT_URL", queue.url)
        return queue

    yield start
    for queue in started:
        queue.shutdown()
        queue.server_close()


def test_a_send_that_fails_twice_succeeds_after_1_and_2_seconds(failing_queue: Callable[..., FailingQueue]) -> None:
    """Two 503 answers cost three seconds, and the message is sent."""
    queue = failing_queue(UNAVAILABLE, UNAVAILABLE, SENT)
    assert make_client().send_message({"task_id": 1}) == "b5c1f0f2"
    assert queue.waits() == [pytest.approx(1, abs=0.5), pytest.approx(2, abs=0.5)]


def test_a_queue_that_stays_throttled_sees_four_attempts_and_three_records(
    failing_queue: Callable[..., FailingQueue], caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    """Three retries after 1, 2 and 4 seconds, each of them logged; then the client raises."""
    queue = failing_queue(THROTTLED)
    with pytest.raises(Exception):  # noqa: B017, PT011  # which one is the author's choice
        make_client().send_message({"task_id": 1})
    assert len(queue.attempts) == 4
    assert queue.waits() == [pytest.approx(wait, abs=0.5) for wait in (1, 2, 4)]
    logged = caplog.text or "".join(capfd.readouterr())
    assert len([line for line in logged.splitlines() if "send" in line.lower()]) >= 3


def test_a_task_that_cannot_be_announced_answers_503_and_is_not_left_pending(
    failing_queue: Callable[..., FailingQueue], client: TestClient
) -> None:
    """Access denied is not worth a retry: one attempt, 503, and no task that waits for ever."""
    queue = failing_queue(DENIED)
    title = f"never announced {uuid.uuid4()}"
    with running_api() as port:
        status = post_task(port, title, client.headers.get("Authorization"))
    left = find_tasks(title)
    for task_id in left:
        client.delete(f"/tasks/{task_id}")
    assert status == 503
    assert list(left.values()) in ([], ["failed"])
    assert len(queue.attempts) == 1


def make_client() -> Any:
    """Return a client that reads the endpoint which a test has just set."""
    from app.sqs_client import SQSClient  # conftest.py prepares the environment first

    return SQSClient()


@contextmanager
def running_api() -> Iterator[int]:
    """Run the API in a process of its own, in the environment of the test; yield its port."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port: int = free.getsockname()[1]
    arguments = [sys.executable, "-m", "uvicorn", "app.main:app", "--port", str(port)]
    with subprocess.Popen(arguments, env=os.environ) as process:
        try:
            wait_until_it_answers(port, process)
            yield port
        finally:
            process.terminate()


def wait_until_it_answers(port: int, process: subprocess.Popen[bytes]) -> None:
    """Return when the port can be connected to; fail when the process ends before, or after 20 s."""
    deadline = time.monotonic() + 20
    while process.poll() is None and time.monotonic() < deadline:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            time.sleep(0.05)
        else:
            return
    pytest.fail("the API did not start")


def post_task(port: int, title: str, authorization: str | None) -> int:
    """Create a task over HTTP, with a token where conftest.py has one (task 1), and return the status of the answer."""
    headers = {"Content-Type": "application/json", **({"Authorization": authorization} if authorization else {})}
    connection = HTTPConnection("127.0.0.1", port, timeout=30)
    connection.request("POST", "/tasks", json.dumps({"title": title}), headers)
    status = connection.getresponse().status
    connection.close()
    return status


def find_tasks(title: str) -> dict[int, str]:
    """Return the status of each task of that title by its id, as they stand in the database."""
    engine = create_engine(os.environ["DATABASE_URL"])
    with engine.begin() as connection:
        rows = connection.execute(text("SELECT id, status FROM tasks WHERE title = :title"), {"title": title}).all()
    engine.dispose()
    return {row.id: row.status for row in rows}
