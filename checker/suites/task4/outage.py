"""The service while Redis is down, and after it has come back, empty."""

from __future__ import annotations

import secrets
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from checker.kit.expect import Refuted
from checker.kit.tasks import TaskApi, task_of
from checker.suites.task4.bench import Bench, Source
from checker.suites.task4.changes import delete, put
from checker.suites.task4.changing import LIST

if TYPE_CHECKING:
    from collections.abc import Sequence

    from checker.kit.fixtures import Service
    from checker.kit.http import Reply
    from checker.suites.task4.subject import Subject

RESUME_SECONDS: Final = 10.0  # the contract
TRY_EVERY: Final = 0.2
COMPLETION_SECONDS: Final = 15.0
NAME: Final = "started-without-redis"
UNKNOWN: Final = "/tasks/2000000000"


@dataclass(frozen=True)
class Asked:
    """A request while Redis was down, and what is right: a status, and the title shown where there is one."""

    what: str
    reply: Reply
    status: int
    title: str | None = None


@dataclass(frozen=True)
class Outage:
    """What was seen. `started` says why the API did not start, None where it did."""

    asked: Sequence[Asked]
    not_started: str | None
    of_started: Sequence[Asked]
    made: int | None
    completed: str | None
    resumed: float | None
    of_started_resumed: float | None


def observe_outage(bench: Bench, subjects: Sequence[Subject]) -> Outage:
    """Take Redis away, use everything, and give it back."""
    cached, never_cached, later, of_started_later = subjects
    service = bench.service
    can_resume = bench.warm(cached).source is Source.COPY
    switch(service, running=False)
    with ThreadPoolExecutor(2) as pool:
        starting = pool.submit(start_api, service, bench.api)
        asked, made = ask_everything(bench.api, cached)
        completed = status_once_completed(service, made)
        started = starting.result()
        of_started = ask_everything(started, never_cached)[0] if isinstance(started, TaskApi) else []
        switch(service, running=True)
        back = time.monotonic()
        resuming = pool.submit(resumes, bench, later, back) if can_resume else None
        of_started_resumed = None
        if isinstance(started, TaskApi) and can_resume:
            of_started_resumed = resumes(Bench(service, started), of_started_later, back)
        resumed = resuming.result() if resuming else None
    not_started = started if isinstance(started, str) else None
    return Outage(asked, not_started, of_started, made, completed, resumed, of_started_resumed)


def switch(service: Service, *, running: bool) -> None:
    """End Redis' process, or start it again, empty."""
    channel = service.desk.open()
    channel.call("restart_cache", running=running)
    channel.close()


def start_api(service: Service, like: TaskApi) -> TaskApi | str:
    """Start one more API; return a client with the same login, or why it did not start."""
    channel = service.desk.open()
    started = channel.call("start_api", name=NAME, lane_port=service.api_lane, environ={})
    channel.close()
    return like.at(started["url"]) if "url" in started else str(started["cause"])


def ask_everything(api: TaskApi, subject: Subject) -> tuple[list[Asked], int | None]:
    """Use every endpoint, first what can be used side by side; return also the id of the task that was made."""
    client, title = api.client, secrets.token_hex(8)
    side_by_side = [
        ("GET /health", client.start("GET", "/health"), 200, None),
        ("GET /tasks", client.start("GET", LIST), 200, None),
        ("GET of a task", client.start("GET", subject.path), 200, subject.title),
        ("GET of a task that does not exist", client.start("GET", UNKNOWN), 404, None),
        ("POST", api.start_create(title), 201, title),
    ]
    asked = [Asked(what, answer.result(), status, shown) for what, answer, status, shown in side_by_side]
    made = id_of(asked[-1].reply)
    changed = put(api, subject).result()
    asked += [
        Asked("PUT", changed, 200, subject.title),
        Asked("GET of a task after PUT", api.get(subject.id), 200, subject.title),
        Asked("DELETE", delete(api, subject).result(), 204),
        Asked("GET of a task after DELETE", api.get(subject.id), 404),
    ]
    if made is not None:
        asked.append(Asked("GET of a new task", api.get(made), 200, title))
    return asked, made


def id_of(reply: Reply) -> int | None:
    """Return the id of the task that a reply shows, if it shows one."""
    try:
        return int(task_of(reply)["id"])
    except Refuted:
        return None


def status_once_completed(service: Service, task_id: int | None) -> str | None:
    """Return the task's status when it is completed, or the one that it has when the time is over."""
    deadline = time.monotonic() + COMPLETION_SECONDS
    while task_id is not None:
        rows = service.database.rows("SELECT status::text FROM public.tasks WHERE id = %s", task_id)
        if rows == [("completed",)] or time.monotonic() > deadline:
            return str(rows[0][0]) if rows else None
        time.sleep(TRY_EVERY / 10)
    return None


def resumes(bench: Bench, subject: Subject, since: float) -> float | None:
    """Read a task until it comes from a copy; return after how many seconds it did, None where it never does."""
    while time.monotonic() < since + RESUME_SECONDS:
        asked = time.monotonic()
        if bench.probe(subject).source is Source.COPY:
            return asked - since
        time.sleep(TRY_EVERY)
    return None
