"""The task service as a client sees it, whichever of the coding tasks its branch holds beside the one at hand.

Where `POST /tasks` answers 401 the client registers and logs in as task 1 promises; where `GET /tasks` answers an
object it reads `items` as task 3 promises.
"""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING, Any, Final

from checker.kit.expect import NotRun, Refuted
from checker.kit.http import Client, Reply

if TYPE_CHECKING:
    from concurrent.futures import Future

STATUSES: Final = frozenset({"pending", "processing", "completed", "failed"})
PASSWORD: Final = "correct-horse-battery"  # noqa: S105 - of an account that lives as long as a run


class TaskApi:
    """One user's client of one API process."""

    def __init__(self, base: str) -> None:
        self.client = Client(base)

    @property
    def logged_in(self) -> bool:
        """Whether the branch asked for a token; tasks belong to somebody then."""
        return "Authorization" in self.client.headers

    def at(self, base: str) -> TaskApi:
        """Return the same user's client of another API process."""
        other = TaskApi(base)
        other.client.headers.update(self.client.headers)
        return other

    def log_in_if_needed(self) -> None:
        """Get a token where the branch asks for one; the probe does not validate, so it makes no task."""
        probe = self.client.request("POST", "/tasks", json={})
        if probe.status == 401:  # noqa: PLR2004 - HTTP's Unauthorized
            self.client.headers["Authorization"] = f"Bearer {self._new_token()}"

    def _new_token(self) -> str:
        name = f"u{secrets.token_hex(6)}"
        try:
            self.client.request("POST", "/auth/register", json={"username": name, "password": PASSWORD}).expect_status(
                201
            )
            form = {"grant_type": "password", "username": name, "password": PASSWORD}
            answer = self.client.request("POST", "/auth/token", data=form).expect_status(200).json()
            return str(answer["access_token"])
        except (Refuted, KeyError, TypeError) as error:
            raise NotRun(f"POST /tasks asks for a token and none can be had: {error}") from None

    def create(self, title: str) -> Reply:
        """Create a task and wait for the answer."""
        return self.start_create(title).result()

    def start_create(self, title: str) -> Future[Reply]:
        """Create a task and go on."""
        return self.client.start("POST", "/tasks", json={"title": title})

    def get(self, task_id: int) -> Reply:
        """Read one task."""
        return self.client.request("GET", f"/tasks/{task_id}")


def task_of(reply: Reply) -> dict[str, Any]:
    """Return the task that a reply holds, or refute that it is one (the contract, section 1)."""
    task = reply.json()
    problem = what_is_wrong(task)
    if problem:
        raise Refuted("a task as JSON", f"{problem}: {reply}", reply.request)
    return dict(task)


def items_of(reply: Reply) -> list[dict[str, Any]]:
    """Return the tasks of a list, which is an array or, where task 3 is done, an object with `items`."""
    body = reply.json()
    tasks = body.get("items") if isinstance(body, dict) else body
    if not isinstance(tasks, list):
        raise Refuted("a list of tasks as JSON", str(reply), reply.request)
    for task in tasks:
        if problem := what_is_wrong(task):
            raise Refuted("a list of tasks as JSON", f"{problem}: {task}", reply.request)
    return tasks


def what_is_wrong(task: Any) -> str:
    """Say why a JSON value is no task; empty where it is one. Types are compared strictly: true is no 1."""
    if not isinstance(task, dict):
        return "not an object"
    if type(task.get("id")) is not int:
        return "`id` is no integer"
    if type(task.get("title")) is not str:
        return "`title` is no string"
    if type(task.get("status")) is not str or task["status"] not in STATUSES:
        return "`status` is none of the four"
    return ""
