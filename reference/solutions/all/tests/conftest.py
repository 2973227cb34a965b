"""The tests run on real servers: the ones that DATABASE_URL, AWS_ENDPOINT_URL and REDIS_URL name.

They change only what they made themselves: the schema is migrated to head, every task of a test is deleted after it,
and messages go to a queue of the run's own, so a worker that listens on the real one does not take them away. Each of
the two clients carries the token of a user of its own, who is removed in the end.
"""

import os
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import boto3
import pytest
from alembic import command
from alembic.config import Config
from fastapi.testclient import TestClient
from sqlalchemy import text

NEEDED = ("DATABASE_URL", "AWS_ENDPOINT_URL", "SQS_QUEUE_URL", "REDIS_URL", "JWT_SECRET")
TaskMaker = Callable[..., dict[str, Any]]


def pytest_sessionstart() -> None:
    """Say what to start instead of failing every test."""
    missing = [name for name in NEEDED if not os.environ.get(name)]
    if missing:
        pytest.exit(
            f"{', '.join(missing)} not set: start the servers with `docker compose up -d --wait db sqs redis`, "
            "then `cp .env.example .env` and `set -a; . ./.env; set +a`",
            returncode=2,
        )


@pytest.fixture(scope="session")
def queue_url() -> Iterator[str]:
    """Make a queue for this run, point SQS_QUEUE_URL at it and delete it in the end."""
    sqs = boto3.client("sqs")
    queue_url: str = sqs.create_queue(QueueName=f"tasks-test-{uuid.uuid4().hex}")["QueueUrl"]
    os.environ["SQS_QUEUE_URL"] = queue_url
    yield queue_url
    sqs.delete_queue(QueueUrl=queue_url)


@pytest.fixture(scope="session")
def client(queue_url: str) -> Iterator[TestClient]:
    """Migrate the database to head, start the API in this process and log in."""
    command.upgrade(Config(Path(__file__).parents[1] / "alembic.ini"), "head")
    from app.main import app  # reads the environment, which queue_url has just changed

    assert os.environ["SQS_QUEUE_URL"] == queue_url
    with TestClient(app) as client, logged_in(client):
        yield client


@pytest.fixture(scope="session")
def stranger(client: TestClient) -> Iterator[TestClient]:
    """Log another user in."""
    with TestClient(client.app) as stranger, logged_in(stranger):
        yield stranger


@contextmanager
def logged_in(client: TestClient) -> Iterator[None]:
    """Let a client send the token of a new user, who is removed in the end."""
    from app.database import engine  # reads the environment, which queue_url changes first

    name, password = uuid.uuid4().hex, uuid.uuid4().hex
    client.post("/auth/register", json={"username": name, "password": password})
    response = client.post("/auth/token", data={"grant_type": "password", "username": name, "password": password})
    assert response.status_code == 200, response.text
    client.headers["Authorization"] = f"Bearer {response.json()['access_token']}"
    yield
    with engine.begin() as connection:
        connection.execute(text("DELETE FROM users WHERE username = :name"), {"name": name})


@pytest.fixture
def make_task(client: TestClient) -> Iterator[TaskMaker]:
    """Return a function that makes a task over HTTP; what it made is deleted after the test."""
    made: list[int] = []

    def make(**fields: Any) -> dict[str, Any]:
        response = client.post("/tasks", json={"title": "Water the plants", **fields})
        assert response.status_code == 201, response.text
        task: dict[str, Any] = response.json()
        made.append(task["id"])
        return task

    yield make
    for task_id in made:
        client.delete(f"/tasks/{task_id}")
