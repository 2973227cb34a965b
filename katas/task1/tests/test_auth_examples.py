"""Examples of what task1 asks for, over HTTP and against the servers of the environment.

Each test makes users of its own and removes their tasks and then them. A check of the workbench looks at every
endpoint, at more kinds of bad token, at the database, and at the migration.
"""

import base64
import json
import os
import time
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import create_engine, text

PASSWORD = "correct horse battery staple"  # noqa: S105  # of users who live as long as a test


@dataclass
class Somebody:
    """A user who is logged in, and how to send a request as that user."""

    name: str
    token: str
    client: TestClient

    def send(self, method: str, path: str, body: Any = None, token: str | None = None) -> Any:
        """Send a request with the user's token, or another one, and return the response."""
        headers = {"Authorization": f"Bearer {token or self.token}"}
        return self.client.request(method, path, json=body, headers=headers)

    def tasks(self) -> Any:
        """Return the user's tasks; where task 3 is done as well, the list is an object that holds them."""
        body = self.send("GET", "/tasks").json()
        return body["items"] if isinstance(body, dict) else body


UserMaker = Callable[[], Somebody]


@pytest.fixture
def anonymous(client: TestClient) -> Iterator[TestClient]:
    """Return a client that sends no token, whatever conftest.py lets it send."""
    kept = client.headers.pop("Authorization", None)
    yield client
    if kept is not None:
        client.headers["Authorization"] = kept


@pytest.fixture
def make_user(anonymous: TestClient) -> Iterator[UserMaker]:
    """Return a function that registers a user and logs in; they are removed after the test."""
    made: list[Somebody] = []

    def make() -> Somebody:
        name = uuid.uuid4().hex
        registered = anonymous.post("/auth/register", json={"username": name, "password": PASSWORD})
        assert registered.status_code == 201, registered.text
        made.append(Somebody(name, log_in(anonymous, name, PASSWORD).json()["access_token"], anonymous))
        return made[-1]

    yield make
    for user in made:
        for task in user.tasks() if is_there(user.name) else []:
            user.send("DELETE", f"/tasks/{task['id']}")
        remove(user.name)


def test_a_name_can_be_taken_once(anonymous: TestClient, make_user: UserMaker) -> None:
    """Registering answers 201 with id and name and without the password; the name is taken then."""
    user = make_user()
    again = anonymous.post("/auth/register", json={"username": user.name, "password": PASSWORD})
    assert again.status_code == 409
    assert PASSWORD not in again.text


def test_a_login_gives_a_token(anonymous: TestClient, make_user: UserMaker) -> None:
    """The answer is OAuth 2's, and the token is a JWT with a subject that expires when it should."""
    user = make_user()
    answer = log_in(anonymous, user.name, PASSWORD)
    assert answer.status_code == 200
    assert ("token_type", "bearer") in answer.json().items()
    claims = read_part(answer.json()["access_token"], 1)
    assert isinstance(claims["sub"], str)
    minutes = int(os.environ.get("JWT_EXPIRE_MINUTES", "30"))
    assert claims["exp"] == pytest.approx(time.time() + 60 * minutes, abs=10)


def test_a_failed_login_does_not_tell_why(anonymous: TestClient, make_user: UserMaker) -> None:
    """A wrong name and a wrong password answer the same."""
    wrong_name = log_in(anonymous, uuid.uuid4().hex, PASSWORD)
    wrong_password = log_in(anonymous, make_user().name, "not the right one")
    assert wrong_name.status_code == wrong_password.status_code == 401
    assert wrong_name.json()["detail"] == wrong_password.json()["detail"]


@pytest.mark.parametrize(("method", "path"), [("GET", "/tasks"), ("POST", "/tasks"), ("GET", "/tasks/1")])
def test_no_token_no_answer(anonymous: TestClient, method: str, path: str) -> None:
    """Without a token the answer is 401 with a challenge, whatever the rest of the request is like."""
    response = anonymous.request(method, path)
    assert response.status_code == 401
    assert response.headers["WWW-Authenticate"].startswith("Bearer")


def test_an_unsigned_token_is_refused(make_user: UserMaker) -> None:
    """A token whose header says that it needs no signature is not believed."""
    user = make_user()
    header, payload, _ = user.token.split(".")
    unsigned = write_part({**read_part(user.token, 0), "alg": "none"})
    assert user.send("GET", "/tasks", token=f"{unsigned}.{payload}.").status_code == 401
    assert user.send("GET", "/tasks", token=f"{header}.{payload}.").status_code == 401
    assert user.send("GET", "/tasks").status_code == 200


def test_a_token_does_not_outlive_its_user(make_user: UserMaker) -> None:
    """A token of a user who is gone is refused."""
    user = make_user()
    remove(user.name)
    assert user.send("GET", "/tasks").status_code == 401


def test_a_task_is_its_owner_s_alone(make_user: UserMaker) -> None:
    """Another user neither sees a task, nor reads, changes or deletes it."""
    owner, other = make_user(), make_user()
    task = owner.send("POST", "/tasks", {"title": "Water the plants"}).json()
    path = f"/tasks/{task['id']}"
    assert other.tasks() == []
    assert other.send("GET", path).status_code in (403, 404)
    assert other.send("PUT", path, {"title": "Pull the plants out"}).status_code in (403, 404)
    assert other.send("DELETE", path).status_code in (403, 404)
    assert owner.send("GET", path).json() == task


def test_the_rest_stays_open(anonymous: TestClient) -> None:
    """Health and the OpenAPI document need no token, and the latter says how to get one."""
    assert anonymous.get("/health").status_code == 200
    assert anonymous.get("/openapi.json").json()["components"]["securitySchemes"]


def log_in(client: TestClient, name: str, password: str) -> Any:
    """Ask for a token and return the response."""
    return client.post("/auth/token", data={"grant_type": "password", "username": name, "password": password})


def read_part(token: str, index: int) -> dict[str, Any]:
    """Return the header (0) or the claims (1) of a token, unverified."""
    part = token.split(".")[index]
    decoded: dict[str, Any] = json.loads(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)))
    return decoded


def write_part(value: dict[str, Any]) -> str:
    """Return a header or claims the way they stand in a token."""
    return base64.urlsafe_b64encode(json.dumps(value).encode()).decode().rstrip("=")


def is_there(name: str) -> bool:
    """Whether the database has a user of that name."""
    return bool(run_sql("SELECT count(*) FROM users WHERE username = :name", name))


def remove(name: str) -> None:
    """Take a user without tasks out of the database."""
    run_sql("DELETE FROM users WHERE username = :name RETURNING 1", name)


def run_sql(statement: str, name: str) -> Any:
    """Run a statement about a user's name, in a transaction of its own, and return its first value."""
    engine = create_engine(os.environ["DATABASE_URL"])
    with engine.begin() as connection:
        value = connection.execute(text(statement), {"name": name}).scalar()
    engine.dispose()
    return value
