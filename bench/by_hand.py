"""What one would write by hand: a pytest file that starts the services as processes and tests a retry on them.

It grades the model solution of task2 for a small part of what the suite looks at: one schedule of four attempts,
and a task that is created, sent and read. Only `bench/check.py` runs it, as the row to compare with.
"""

from __future__ import annotations

import http.server
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import boto3
import httpx
import pytest

from checker.assemble import assembled
from checker.catalog import Catalog
from checker.environment import find_environment
from checker.parts.postgres import find_installation
from checker.parts.valkey import find_server
from checker.submission import freeze

POLL = 0.1


def free_port() -> int:
    """Return a free port."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_for_port(port: int) -> None:
    """Poll until somebody listens."""
    for _ in range(300):
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(POLL)
    raise TimeoutError(f"nobody listens on {port}")


def drop_root() -> None:
    """Become nobody, as PostgreSQL refuses root."""
    if os.geteuid() == 0:
        os.setgid(65534)
        os.setuid(65534)


@dataclass
class Stack:
    """The started service."""

    api: httpx.Client
    attempts: list[float] = field(default_factory=list)
    failing: threading.Event = field(default_factory=threading.Event)


@pytest.fixture(scope="session")
def stack() -> Iterator[Stack]:
    """Start everything, one after the other."""
    started: list[subprocess.Popen[bytes]] = []
    folder = Path(tempfile.mkdtemp())
    folder.chmod(0o777)
    with assembled(Catalog().layers("task2", solved=True)) as solved:
        submission = freeze(solved, folder / "submission")
        venv = find_environment(submission, lambda _: None)
        bin_folder = find_installation().bin
        postgres, valkey, queue, front, api = (free_port() for _ in range(5))
        data = folder / "data"
        subprocess.run(
            [bin_folder / "initdb", "-D", data, "-U", "postgres", "-A", "trust"],
            check=True,
            preexec_fn=drop_root,
            capture_output=True,
        )
        started.append(
            subprocess.Popen(
                [bin_folder / "postgres", "-D", data, "-p", str(postgres), "-k", folder], preexec_fn=drop_root
            )
        )
        wait_for_port(postgres)
        started.append(subprocess.Popen([find_server(), "--port", str(valkey), "--save", ""]))
        ministack = {**os.environ, "BIND_HOST": "127.0.0.1", "GATEWAY_PORT": str(queue), "SERVICES": "sqs"}
        started.append(subprocess.Popen([sys.executable, "-m", "ministack"], env=ministack))
        wait_for_port(queue)
        wait_for_port(valkey)
        keys = {"region_name": "us-east-1", "aws_access_key_id": "local", "aws_secret_access_key": "local"}
        boto3.client("sqs", endpoint_url=f"http://127.0.0.1:{queue}", **keys).create_queue(QueueName="tasks")
        found = Stack(httpx.Client(base_url=f"http://127.0.0.1:{api}", timeout=30))
        serve_front(front, queue, found)
        environ = {
            "PATH": f"{venv}/bin:/usr/bin:/bin",
            "DATABASE_URL": f"postgresql+psycopg://postgres@127.0.0.1:{postgres}/postgres",
            "SQS_QUEUE_URL": f"http://127.0.0.1:{front}/000000000000/tasks",
            "AWS_ENDPOINT_URL": f"http://127.0.0.1:{front}",
            "AWS_DEFAULT_REGION": "us-east-1",
            "AWS_ACCESS_KEY_ID": "local",
            "AWS_SECRET_ACCESS_KEY": "local",
            "REDIS_URL": f"redis://127.0.0.1:{valkey}/0",
            "JWT_SECRET": "x" * 32,
        }
        subprocess.run(
            [venv / "bin" / "alembic", "upgrade", "head"], cwd=solved, env=environ, check=True, capture_output=True
        )
        started.append(
            subprocess.Popen([venv / "bin" / "uvicorn", "app.main:app", "--port", str(api)], cwd=solved, env=environ)
        )
        wait_for_port(api)
        yield found
    for process in reversed(started):
        process.terminate()
        process.wait()
    shutil.rmtree(folder, ignore_errors=True)


def serve_front(port: int, queue: int, stack: Stack) -> None:
    """Put a small failing proxy before the queue."""

    class Front(http.server.BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            stack.attempts.append(time.monotonic())
            if stack.failing.is_set():
                self.send_response(503)
                self.send_header("Content-Length", "0")
                self.end_headers()
                return
            answer = httpx.post(f"http://127.0.0.1:{queue}{self.path}", content=body, headers=dict(self.headers))
            self.send_response(answer.status_code)
            for name in ("content-type", "x-amzn-requestid"):
                if name in answer.headers:
                    self.send_header(name, answer.headers[name])
            self.send_header("Content-Length", str(len(answer.content)))
            self.end_headers()
            self.wfile.write(answer.content)

        def log_message(self, *_: Any) -> None:
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", port), Front)
    threading.Thread(target=server.serve_forever, daemon=True).start()


def test_a_task_is_created_sent_and_read(stack: Stack) -> None:
    """The happy path."""
    created = stack.api.post("/tasks", json={"title": "by hand"})
    assert created.status_code == 201
    assert len(stack.attempts) == 1
    assert stack.api.get(f"/tasks/{created.json()['id']}").json()["status"] == "pending"


def test_four_attempts_and_their_waits(stack: Stack) -> None:
    """One schedule of retries."""
    stack.attempts.clear()
    stack.failing.set()
    assert stack.api.post("/tasks", json={"title": "by hand"}).status_code == 503
    waits = [later - earlier for earlier, later in zip(stack.attempts, stack.attempts[1:], strict=False)]
    assert [round(wait) for wait in waits] == [1, 2, 4]
