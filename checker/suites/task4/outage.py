"""The service while Redis is down, and after it has come back, empty."""

from __future__ import annotations

import secrets
import time
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from checker.kit.expect import Refuted
from checker.kit.fronts import Front
from checker.kit.tasks import TaskApi, task_of
from checker.suites.task4.bench import Bench, Source
from checker.suites.task4.changes import PUT, by_worker, delete, put
from checker.suites.task4.changing import LIST, after_change
from checker.suites.task4.stage import address, moved, without_login

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from checker.kit.fixtures import Service
    from checker.kit.http import Reply
    from checker.suites.task4.changes import Aftermath
    from checker.suites.task4.subject import Subject
    from checker.suites.task4.worker import Worker

ENDPOINT_SECONDS: Final = 2.0  # the contract
RESUME_SECONDS: Final = 10.0  # the contract
TRY_EVERY: Final = 0.05
COMPLETION_SECONDS: Final = 15.0  # an invocation may take 10 s
BATCH: Final = 10  # the contract
NAME: Final = "started-without-redis"
UNKNOWN: Final = "/tasks/2000000000"


@dataclass(frozen=True)
class Asked:
    """A request while Redis was down, and what is right: a status, and the title shown where there is one."""

    what: str
    reply: Reply
    status: int
    title: str | None = None

    @property
    def showing(self) -> str:
        """What is to be shown beside the status, in words."""
        return "" if self.title is None else f" and a task with title {self.title!r}"


@dataclass(frozen=True)
class Newcomer:
    """An API that was started while its Redis was down, or why it did not start; the front stands for its Redis."""

    api: TaskApi | str
    front: Front


@dataclass(frozen=True)
class Down:
    """What was seen while Redis was down; `worked` has the last status of each task that was made, by its id."""

    asked: Sequence[Asked]
    of_started: Sequence[Asked]
    worked: Mapping[int, str | None]

    @property
    def completed(self) -> bool:
        """Whether the worker completed what was made."""
        return bool(self.worked) and set(self.worked.values()) == {"completed"}


@dataclass(frozen=True)
class Back:
    """After how many seconds each API served from Redis again (None: never), and what followed on changes then."""

    resumed: float | None = None
    of_started_resumed: float | None = None
    changes: Mapping[str, Sequence[Aftermath]] = field(default_factory=dict)


@dataclass(frozen=True)
class Outage:
    """What was seen. `not_started` says why the API did not start, None where it did."""

    not_started: str | None
    down: Down
    back: Back


def observe_outage(bench: Bench, subjects: Sequence[Subject], worker: Worker, starting: Future[Newcomer]) -> Outage:
    """Take Redis away, use everything, and give it back."""
    cached, never_cached, *others = subjects
    can_resume = bench.warm(cached).source is Source.COPY
    newcomer = starting.result()
    started = None if isinstance(newcomer.api, str) else bench.api.at(newcomer.api.client.base)
    switch(bench.service, running=False)
    down = observe_down(bench, started, worker, cached, never_cached)
    switch(bench.service, running=True)
    newcomer.front.listen()
    back = observe_return(bench, started, worker, others, works=down.completed) if can_resume else Back()
    return Outage(newcomer.api if isinstance(newcomer.api, str) else None, down, back)


def observe_down(bench: Bench, started: TaskApi | None, worker: Worker, cached: Subject, never_cached: Subject) -> Down:
    """Use every endpoint of both APIs, and give the worker as much at once as it may get."""
    with ThreadPoolExecutor(1) as pool:
        with worker.held_back():
            asking = pool.submit(ask_everything, started, never_cached) if started else None
            asked, first = ask_everything(bench.api, cached)
            more = [bench.api.start_create(secrets.token_hex(8)) for _ in range(BATCH - 1 if first else 0)]
            made = [one for one in (first, *(id_of(answer.result()) for answer in more)) if one is not None]
        return Down(asked, asking.result()[0] if asking else [], statuses_once_completed(bench.service, made))


def observe_return(
    bench: Bench, started: TaskApi | None, worker: Worker, subjects: Sequence[Subject], *, works: bool
) -> Back:
    """Wait until both APIs serve tasks from Redis again; change some, unless the outage left the worker in trouble."""
    first, second, of_started = subjects
    back = time.monotonic()
    with ThreadPoolExecutor(1) as pool:
        resuming = pool.submit(resumes, bench, first, back)
        of_started_resumed = resumes(Bench(bench.service, started), of_started, back) if started else None
        resumed = resuming.result()
    if resumed is None or not works:
        return Back(resumed, of_started_resumed)
    resumed, changes = observe_restart(bench, worker, first, second)
    return Back(resumed, of_started_resumed, changes)


def observe_restart(
    bench: Bench, worker: Worker, first: Subject, second: Subject
) -> tuple[float | None, dict[str, list[Aftermath]]]:
    """Change a task that is cached again, restart Redis, and change another one.

    Return also when that was cached. Whoever has nothing to do meanwhile finds its connection dead.
    """
    change = by_worker(worker)
    worked = [after_change(bench, first, change)]
    switch(bench.service, running=True)
    resumed = resumes(bench, second, time.monotonic())
    if resumed is None:
        return None, {"the worker": worked}
    worked.append(after_change(bench, second, change))
    return resumed, {"the worker": worked, "PUT": [after_change(bench, second, PUT)]}


def start_newcomer(service: Service) -> Newcomer:
    """Start one more API whose Redis refuses connections, as one does whose process is gone.

    The Redis of all others is there meanwhile, so that there is time for it.
    """
    redis_url = without_login(service.desk.addresses["cache"])
    front = Front(address(redis_url), listening=False)
    channel = service.desk.open()
    environ = {"REDIS_URL": moved(redis_url, front.port)}
    started = channel.call("start_api", name=NAME, lane_port=service.api_lane, environ=environ)
    channel.close()
    return Newcomer(TaskApi(started["url"]) if "url" in started else str(started["cause"]), front)


def switch(service: Service, *, running: bool) -> None:
    """End Redis' process, or start it again, empty."""
    channel = service.desk.open()
    channel.call("restart_cache", running=running)
    channel.close()


def ask_everything(api: TaskApi, subject: Subject) -> tuple[list[Asked], int | None]:
    """Use every endpoint, first what can be used side by side; return also the id of the task that was made.

    Where one takes too long already, nothing more is asked, and no id returned: each may take as long again.
    """
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
    for ask in in_turn(api, subject):
        if any(one.reply.seconds > ENDPOINT_SECONDS for one in asked):
            return asked, None
        asked.append(ask())
    if made is not None:
        asked.append(Asked("GET of a new task", api.get(made), 200, title))
    return asked, made


def in_turn(api: TaskApi, subject: Subject) -> list[Callable[[], Asked]]:
    """Return what is asked one after the other: a change, and what is shown then."""
    return [
        lambda: Asked("PUT", put(api, subject).result(), 200, subject.title),
        lambda: Asked("GET of a task after PUT", api.get(subject.id), 200, subject.title),
        lambda: Asked("DELETE", delete(api, subject).result(), 204),
        lambda: Asked("GET of a task after DELETE", api.get(subject.id), 404),
    ]


def id_of(reply: Reply) -> int | None:
    """Return the id of the task that a reply shows, if it shows one."""
    try:
        return int(task_of(reply)["id"])
    except Refuted:
        return None


def statuses_once_completed(service: Service, task_ids: Sequence[int]) -> dict[int, str | None]:
    """Return the tasks' statuses when all are completed, or those that they have when the time is over."""
    deadline = time.monotonic() + COMPLETION_SECONDS
    while task_ids:
        found = service.database.task_statuses(task_ids)
        if set(found.values()) == {"completed"} or time.monotonic() > deadline:
            return found
        time.sleep(TRY_EVERY / 5)
    return {}


def resumes(bench: Bench, subject: Subject, since: float) -> float | None:
    """Read a task until it comes from a copy; return after how many seconds it did, None where it never does."""
    while time.monotonic() < since + RESUME_SECONDS:
        asked = time.monotonic()
        if bench.probe(subject).source is Source.COPY:
            return asked - since
        time.sleep(TRY_EVERY)
    return None
