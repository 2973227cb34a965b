"""Changes of a task, and what the GETs show that start when a change is done."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final, TypeAlias

from checker.kit.expect import Refuted
from checker.suites.task4.worker import Invocation

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from concurrent.futures import Future

    from checker.kit.http import Reply
    from checker.kit.tasks import TaskApi
    from checker.suites.task4.subject import Subject
    from checker.suites.task4.worker import Worker

State: TypeAlias = "Mapping[str, Any] | None"  # fields that a task shows; None where it is not there
COMPLETED: Final[State] = {"status": "completed"}


@dataclass(frozen=True)
class Change:
    """A way to change a task; `start` returns what comes when the change is done."""

    name: str
    start: Callable[[TaskApi, Subject], Future[Reply] | Future[Invocation]]
    wanted: Callable[[Subject], State]
    command: Callable[[Subject], str] = lambda _: ""  # to make it by hand, where no request does


def put(api: TaskApi, subject: Subject) -> Future[Reply]:
    """Give a task a new title."""
    subject.title = subject.shown = secrets.token_hex(8)
    return api.client.start("PUT", subject.path, json={"title": subject.title})


def put_of(**fields: Any) -> Change:
    """Return the PUT of some fields beside the title."""
    return Change(
        "PUT",
        lambda api, subject: api.client.start("PUT", subject.path, json=fields),
        lambda subject: {"title": subject.title, **fields},
    )


def delete(api: TaskApi, subject: Subject) -> Future[Reply]:
    """Delete a task."""
    return api.client.start("DELETE", subject.path)


def by_worker(worker: Worker) -> Change:
    """Return the change that the worker makes when it gets the task's message."""
    return Change("the worker", lambda _, subject: worker.start(subject.id), lambda _: COMPLETED, message_for)


def message_for(subject: Subject) -> str:
    """Return the command that gives a task to the worker."""
    return f"""aws sqs send-message --queue-url "$SQS_QUEUE_URL" --message-body '{{"task_id": {subject.id}}}'"""


PUT: Final = Change("PUT", put, lambda subject: {"title": subject.title})
ONE_FIELD: Final = (put_of(status="failed"), put_of(description="Once a week"), put_of(description=None))
DELETE: Final = Change("DELETE", delete, lambda _: None)


@dataclass
class Aftermath:
    """A change, and the GETs that started after it was done. `wanted` is what they have to show."""

    change: str
    wanted: State
    answer: str = "no answer"
    happened: bool = False
    repeat: list[str] = field(default_factory=list)  # what to type before the GET
    gets: list[tuple[float, Reply]] = field(default_factory=list)  # each with how long after the change it started
    row: Mapping[str, Any] = field(default_factory=dict)  # what stood in the database then, where that was looked at
    _done_at: float = 0.0

    def done(self, result: Reply | Invocation) -> None:
        """Take note of the answer to PUT or DELETE, or of the end of the handler's invocation."""
        self._done_at = result.ended
        if isinstance(result, Invocation):
            self.answer, self.happened = f"its handler's invocation {result.outcome}", result.outcome == "succeeded"
        else:
            self.answer = str(result)
            self.repeat.append(result.request)
            self.happened = result.status == 204 if self.wanted is None else shows(result, self.wanted)

    def look(self, subject: Subject, *apis: TaskApi) -> None:
        """Read the task by each API, one after the other."""
        for api in apis:
            reply = api.get(subject.id)
            self.gets.append((reply.started - self._done_at, reply))


def begin(change: Change, api: TaskApi, subject: Subject) -> tuple[Aftermath, Future[Any]]:
    """Start a change; return what is to be seen afterwards, and the future of its end."""
    future = change.start(api, subject)
    return Aftermath(change.name, change.wanted(subject), repeat=list(filter(None, [change.command(subject)]))), future


def shows(reply: Reply, state: State) -> bool:
    """Whether a reply shows a task with these fields, or that there is none."""
    if state is None:
        return reply.status == 404
    try:
        task = reply.json()
    except Refuted:
        return False
    return reply.status == 200 and isinstance(task, dict) and all(task.get(k) == v for k, v in state.items())


def in_list(reply: Reply, subject: Subject) -> State:
    """Return the task as a list shows it, in either shape that a list may have."""
    found = reply.expect_status(200).json()
    items = found.get("items") if isinstance(found, dict) else found
    if not isinstance(items, list):
        raise Refuted("a list of tasks", str(reply), reply.request)
    return next((one for one in items if isinstance(one, dict) and one.get("id") == subject.id), None)
