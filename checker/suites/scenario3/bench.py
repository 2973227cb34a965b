"""What the trial works with: the API, the queue, the worker, and the two tables that tell what became of a task."""

from __future__ import annotations

import json
import secrets
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from checker.kit.expect import NotRun
from checker.kit.tasks import task_of

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from checker.control import ControlClient
    from checker.kit.fixtures import Service
    from checker.kit.http import Reply
    from checker.kit.tasks import TaskApi

QUEUE: Final = "tasks"
DEAD_LETTERS: Final = "tasks-dlq"
VISIBILITY_SECONDS: Final = 2
ANNOUNCED_SECONDS: Final = 5.0  # the contract: a message may come that much after its task
GRACE_SECONDS: Final = 1.0  # for a busy machine
POLL_SECONDS: Final = 0.04
EVENTS: Final = "SELECT task_id, kind::text FROM public.task_events WHERE task_id = ANY(%s) ORDER BY id"


@dataclass(frozen=True)
class Fate:
    """What became of a task: its status (None where there is no such row), and how often it was completed."""

    status: str | None
    completions: int

    @property
    def done_once(self) -> bool:
        """Whether it is completed, and that was noted once."""
        return self.status == "completed" and self.completions == 1

    def __str__(self) -> str:
        """Return it in words."""
        rows = f"{self.completions} row{'s' if self.completions != 1 else ''} `completed` in task_events"
        return f"{self.status or 'no such task'}, {rows}"


class Bench:
    """Channels to everything; used by one thread."""

    def __init__(self, service: Service, api: TaskApi) -> None:
        self.service = service
        self.api = api
        self.database = service.database
        self.queue: ControlClient = service.desk.open_part("queue")
        self.functions: ControlClient = service.desk.open_part("functions")
        self.desk: ControlClient = service.desk.open()

    def create(self, description: str | None = None, api: TaskApi | None = None) -> Reply:
        """Create a task whose work is what the description says."""
        body = {"title": f"order {secrets.token_hex(4)}", "description": description}
        return (api or self.api).client.request("POST", "/tasks", json=body)

    def make(self, descriptions: Sequence[str | None]) -> list[int]:
        """Create tasks and return their ids."""
        replies = [self.create(description) for description in descriptions]
        for reply in replies:
            if reply.status != 201:
                raise NotRun(f"no task can be made: {reply}")
        return [int(task_of(reply)["id"]) for reply in replies]

    def pause(self) -> None:
        """Let no message be taken."""
        self.functions.call("mapping_pause")

    def resume(self) -> None:
        """Let messages be taken again."""
        self.functions.call("mapping_resume")

    def send(self, *bodies: str) -> None:
        """Send messages so that one invocation gets them all, in this order."""
        self.pause()
        for body in bodies:
            self.queue.call("send", queue=QUEUE, body=body)
        self.resume()

    def announce(self, *task_ids: int) -> None:
        """Send the messages of tasks so that one invocation gets them all, in this order."""
        self.send(*(message(task_id) for task_id in task_ids))

    def bodies(self, queue: str = QUEUE) -> list[str]:
        """Return the bodies of a queue's messages."""
        found: list[str] = self.queue.call("messages", queue=queue)
        return found

    def announced(self, task_id: int) -> bool:
        """Whether a task's message lies on the queue."""
        return any(names(body, task_id) for body in self.bodies())

    def visible(self) -> int:
        """Return how many messages anybody could receive now."""
        return int(self.queue.call("counts", queue=QUEUE)["visible"])

    def invocations(self) -> list[dict[str, Any]]:
        """Return the invocations that are over."""
        found: list[dict[str, Any]] = self.functions.call("invocations")
        return found

    def fates(self, task_ids: Sequence[int]) -> dict[int, Fate]:
        """Return what became of tasks so far."""
        statuses = self.database.task_statuses(task_ids)
        kinds = [task_id for task_id, kind in self.database.rows(EVENTS, list(task_ids)) if kind == "completed"]
        return {task_id: Fate(statuses[task_id], kinds.count(task_id)) for task_id in task_ids}

    def left(self, task_ids: Sequence[int]) -> bool:
        """Whether a message of one of the tasks is still on the queue, in flight or not."""
        return any(names(body, task_id) for body in self.bodies() for task_id in task_ids)

    def settled(self, task_ids: Sequence[int], seconds: float) -> dict[int, Fate]:
        """Wait until tasks are completed and their messages gone, or nothing is to be expected any more."""

        def over() -> bool:
            done = all(fate.status == "completed" for fate in self.fates(task_ids).values())
            return done and not self.left(task_ids)

        until(lambda: over() or not self.left(task_ids), seconds)
        until(over, GRACE_SECONDS)
        return self.fates(task_ids)


def message(task_id: int) -> str:
    """Return the body of a task's message."""
    return json.dumps({"task_id": task_id})


def names(body: str, task_id: int) -> bool:
    """Whether a message is that of the task."""
    try:
        found: Any = json.loads(body)
    except (ValueError, RecursionError):
        return False
    return isinstance(found, dict) and found.get("task_id") == task_id


def until(condition: Callable[[], object], seconds: float) -> bool:
    """Wait until the condition holds; return whether it does within `seconds`."""
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            return False
        time.sleep(POLL_SECONDS)
    return True
