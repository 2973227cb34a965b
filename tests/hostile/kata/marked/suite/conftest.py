"""What the checks share: each thing is asked for once, with words that nobody can know before."""

from __future__ import annotations

import secrets
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import pytest

from checker.kit.expect import NotRun
from checker.kit.tasks import task_of

if TYPE_CHECKING:
    from checker.kit.fixtures import Service
    from checker.kit.http import Reply
    from checker.kit.tasks import TaskApi

CREATED: Final = 201
WORK_SECONDS: Final = 8.0
INSERT: Final = """
INSERT INTO public.tasks (title, description, status, created_at, updated_at) VALUES (%s, %s, 'pending', now(), now())
"""


@dataclass(frozen=True)
class Words:
    """What one task is made of, and what is asked of it."""

    title: str
    description: str
    salt: str


def new_words() -> Words:
    """Return words of one's own."""
    return Words(*(secrets.token_hex(8) for _ in range(3)))


@dataclass(frozen=True)
class Posted:
    """A task that was asked for over HTTP: the answer, and what else there was of it then."""

    words: Words
    reply: Reply
    rows: list[tuple[Any, ...]]
    bodies: list[str]

    @property
    def task_id(self) -> int:
        """The task's id, where there is a task."""
        if self.reply.status != CREATED:
            raise NotRun("no task could be created")
        return int(task_of(self.reply)["id"])


@dataclass(frozen=True)
class Inserted:
    """A task that was written by SQL, and what the service answers about it."""

    words: Words
    task_id: int
    got: Reply
    mark: Reply


@pytest.fixture(scope="session")
def api(service: Service) -> TaskApi:
    """Return a client."""
    return service.client()


@pytest.fixture(scope="session")
def posted(service: Service, api: TaskApi) -> Posted:
    """Create a task."""
    words = new_words()
    reply = api.client.request("POST", "/tasks", json={"title": words.title, "description": words.description})
    rows = service.database.rows("SELECT id, description FROM public.tasks WHERE title = %s", words.title)
    queue = service.desk.open_part("queue")
    bodies = queue.call("messages", queue="tasks")
    queue.close()
    return Posted(words, reply, rows, bodies)


@pytest.fixture(scope="session")
def inserted(service: Service, api: TaskApi) -> Inserted:
    """Insert a row."""
    words = new_words()
    service.database.write(INSERT, words.title, words.description)
    rows = service.database.rows("SELECT id FROM public.tasks WHERE title = %s", words.title)
    if len(rows) != 1:
        raise NotRun("no row could be written")
    task_id = int(rows[0][0])
    mark = api.client.request("GET", f"/tasks/{task_id}/mark", params={"salt": words.salt})
    return Inserted(words, task_id, api.get(task_id), mark)


@pytest.fixture(scope="session")
def worked(service: Service, posted: Posted) -> str | None:
    """Let the worker work; return what becomes of the posted task."""
    task_id = posted.task_id
    service.start_worker()
    functions = service.desk.open_part("functions")
    functions.call("mapping_resume")
    functions.call("wait_invocations", count=1, seconds=WORK_SECONDS)
    functions.close()
    deadline = time.monotonic() + 1.0
    while (status := service.database.task_statuses([task_id])[task_id]) != "completed":
        if time.monotonic() > deadline:
            break
        time.sleep(0.05)
    return status
