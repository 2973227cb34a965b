"""The task service as a client sees it: what is a task, and which of the other coding tasks a branch holds."""

from __future__ import annotations

import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any

import pytest

from checker.kit.expect import NotRun, Refuted
from checker.kit.http import Reply
from checker.kit.tasks import TaskApi, items_of, task_of, what_is_wrong

if TYPE_CHECKING:
    from collections.abc import Iterator

TASK = {"id": 1, "title": "a", "description": None, "status": "pending", "created_at": "x", "updated_at": "x"}


def reply(value: Any) -> Reply:
    """Return an answer with a JSON body."""
    return Reply("curl", 200, {}, json.dumps(value).encode(), 1.0, 2.0)


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({}, ""),
        ({"status": "completed", "more": 1}, ""),
        ({"id": True}, "`id` is no integer"),
        ({"id": 1.0}, "`id` is no integer"),
        ({"id": "1"}, "`id` is no integer"),
        ({"id": None}, "`id` is no integer"),
        ({"title": None}, "`title` is no string"),
        ({"title": 1}, "`title` is no string"),
        ({"status": "done"}, "`status` is none of the four"),
        ({"status": None}, "`status` is none of the four"),
        ({"status": 0}, "`status` is none of the four"),
        ({"status": ["pending"]}, "`status` is none of the four"),
        ({"status": {"pending": 1}}, "`status` is none of the four"),
    ],
)
def test_a_task_has_its_types(changes: dict[str, Any], told: str) -> None:
    """Types are compared strictly: true is no 1, and no value of any type breaks the comparison."""
    assert what_is_wrong({**TASK, **changes}) == told


@pytest.mark.parametrize("value", [None, [], [TASK], "task", 1, True, {}])
def test_what_is_no_task_is_refuted(value: Any) -> None:
    """Any other JSON value is refuted as a task, by what is wrong with it."""
    assert what_is_wrong(value)
    with pytest.raises(Refuted, match="a task as JSON"):
        task_of(reply(value))


def test_a_task_is_returned() -> None:
    """What is one comes back as it is."""
    assert task_of(reply(TASK)) == TASK


@pytest.mark.parametrize("value", [[TASK], {"items": [TASK], "total": 1, "next": None, "previous": None}])
def test_a_list_is_an_array_or_a_page(value: Any) -> None:
    """With task 3 on the branch a list is an object with `items`, without it an array."""
    assert items_of(reply(value)) == [TASK]


@pytest.mark.parametrize(
    "value", [None, {}, {"items": None}, {"items": {}}, 1, "x", [1], [TASK, {}], {"items": [None]}]
)
def test_what_is_no_list_is_refuted(value: Any) -> None:
    """Anything else is refuted as a list of tasks."""
    with pytest.raises(Refuted, match="a list of tasks as JSON"):
        items_of(reply(value))


class Service(BaseHTTPRequestHandler):
    """A service whose answers a test sets; it keeps what it was asked."""

    answers: dict[str, tuple[int, Any]]
    asked: list[tuple[str, str | None, bytes]]

    def do_POST(self) -> None:
        """Answer as the test says."""
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        self.asked.append((self.path, self.headers.get("Authorization"), body))
        status, value = self.answers[self.path]
        data = json.dumps(value).encode()
        self.send_response(status)
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, *_arguments: object) -> None:
        """Write nothing."""


@pytest.fixture
def service() -> Iterator[type[Service]]:
    """Return a service's class, whose `base` is where an instance listens."""
    kind: Any = type("Own", (Service,), {"answers": {}, "asked": []})
    with ThreadingHTTPServer(("127.0.0.1", 0), kind) as server:
        kind.base = f"http://127.0.0.1:{server.server_address[1]}"
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        yield kind
        server.shutdown()
        thread.join(5)


def test_without_task_1_nobody_logs_in(service: Any) -> None:
    """A branch that answers the probe with 422 is used as it is."""
    service.answers = {"/tasks": (422, {"detail": []})}
    api = TaskApi(service.base)
    api.log_in_if_needed()
    assert not api.logged_in
    assert [path for path, _, _ in service.asked] == ["/tasks"]


def test_with_task_1_a_new_user_logs_in(service: Any) -> None:
    """Where `POST /tasks` answers 401 the client registers, gets a token as task 1 says, and sends it from then on."""
    service.answers = {
        "/tasks": (401, {}),
        "/auth/register": (201, {"id": 1, "username": "u"}),
        "/auth/token": (200, {"access_token": "secret", "token_type": "bearer"}),
    }
    api = TaskApi(service.base)
    api.log_in_if_needed()
    assert api.logged_in
    api.create("a title")
    (_, register), (_, token), (authorization, created) = [(one[1], one[2]) for one in service.asked[1:]]
    name = json.loads(register)["username"]
    assert 3 <= len(name) <= 32
    assert name.isalnum()
    assert name == name.lower()
    assert f"grant_type=password&username={name}&password=" in token.decode()
    assert (authorization, json.loads(created)) == ("Bearer secret", {"title": "a title"})
    other = api.at(service.base)
    assert other.logged_in
    assert other is not api


@pytest.mark.parametrize(
    ("register", "token"),
    [
        ((500, {}), (200, {"access_token": "x"})),
        ((201, {}), (401, {"detail": "no"})),
        ((201, {}), (200, {})),
        ((201, {}), (200, [])),
        ((201, {}), (200, None)),
        ((404, {}), (404, {})),
    ],
)
def test_a_token_that_cannot_be_had_is_no_finding(
    service: Any, register: tuple[int, Any], token: tuple[int, Any]
) -> None:
    """Where task 1 is not done right, another task's checks are not run, rather than failed."""
    service.answers = {"/tasks": (401, {}), "/auth/register": register, "/auth/token": token}
    with pytest.raises(NotRun, match="asks for a token and none can be had"):
        TaskApi(service.base).log_in_if_needed()
