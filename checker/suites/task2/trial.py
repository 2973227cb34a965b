"""Runs task2's schedules and keeps what was observed; judges nothing."""

from __future__ import annotations

import secrets
import time
from concurrent.futures import ThreadPoolExecutor, wait
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from checker.kit.sqs_driver import READY_SECONDS, SqsDriver, Step
from checker.suites.task2 import schedules
from checker.suites.task2.schedules import (
    FAILING_AT_ONCE,
    FULL_SCHEDULE,
    HOPELESS,
    MENDED,
    MIXED_STEPS,
    OPERATIONS,
    SPENT_OPERATIONS,
)

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from concurrent.futures import Future

    from checker.kit.fixtures import Service
    from checker.kit.http import Reply
    from checker.kit.lanes import Attempt, Fault, Lane
    from checker.kit.tasks import TaskApi
    from checker.suites.task2.schedules import Plan

FIRST_ATTEMPT_SECONDS: Final = 10.0  # from a request to its first attempt at the queue, on a busy machine
DRIVER_SECONDS: Final = READY_SECONDS + 3 * FULL_SCHEDULE  # a process that has not done its steps by then hangs
COMPLETION_SECONDS: Final = 15.0
APART_SECONDS: Final = 0.02  # between requests: two `print` at the same instant write into one line
NO_MORE_SECONDS: Final = 0.3  # after the last answer: an attempt that follows it at once shows up


@dataclass
class Post:
    """One `POST /tasks` under a plan."""

    title: str
    pending_reply: Future[Reply]
    body: str | None = None
    reply: Reply | None = None
    attempts: list[Attempt] = field(default_factory=list)
    status_after: str | None = None


@dataclass
class Used:
    """What a process that used `SQSClient` did: its claims, its log, and the attempts at its lane."""

    ended: str | None
    began: float
    steps: dict[int, Step]
    log: list[tuple[float, str]]
    attempts: dict[str, list[Attempt]]
    messages_left: int


@dataclass
class Trial:
    """Everything that was observed."""

    quiet: Reply
    posts: dict[str, Post]
    others: list[Reply]
    spent: Used
    mixed: Used
    log: list[tuple[float, str]]
    quiet_log: list[tuple[float, str]]
    completed: dict[int, str | None]


def run_trial(service: Service) -> Trial:
    """Let everything happen, side by side."""
    with ThreadPoolExecutor(2) as pool:
        spent = pool.submit(spend_retries, service)  # beside the API's start: both have 7 s of waits before them
        api, lane = service.client(), service.lane("api")
        mixed = pool.submit(use_mixed, service)  # has 5 s of them
        quiet = api.create(secrets.token_hex(8))
        quiet_log = service.log("api")
        posts = post(api, lane, FAILING_AT_ONCE)
        others = ask_for_others(api, quiet)
        service.start_worker()
        wait([posts[name].pending_reply for name in MENDED])  # so that no more than ten fail at once
        posts |= post(api, lane, HOPELESS)
        collect(service, posts)
        enough = time.monotonic() + NO_MORE_SECONDS
        completed = complete(service, lane)
        used = spent.result(), mixed.result()
        time.sleep(max(0.0, enough - time.monotonic()))
        attribute(lane, posts)
    return Trial(quiet, posts, others, *used, service.log("api"), quiet_log, completed)


def post(api: TaskApi, lane: Lane, plans: Mapping[str, Plan]) -> dict[str, Post]:
    """Send a request under each plan, one as soon as the queue has seen the one before, and wait for none."""
    posts: dict[str, Post] = {}
    known = {attempt.body for attempt in lane.attempts("SendMessage")}
    for name, plan in plans.items():
        lane.plan_message("SendMessage", plan.faults)
        title = secrets.token_hex(8)
        posts[name] = Post(title, api.start_create(title))
        posts[name].body = new_message(lane, known, posts[name])
        known.add(posts[name].body)
        time.sleep(APART_SECONDS)
    return posts


def new_message(lane: Lane, known: set[str | None], request: Post) -> str | None:
    """Wait until the queue has seen a message that is not `known`, or the request is answered without one."""
    deadline = time.monotonic() + FIRST_ATTEMPT_SECONDS
    while time.monotonic() < deadline:
        answered = request.pending_reply.done()  # asked first: what an answered request sent is on the record by then
        seen = lane.attempts("SendMessage")
        for attempt in seen:
            if attempt.body not in known:
                return attempt.body
        if answered:
            return None
        lane.wait_attempts("SendMessage", len(seen) + 1, 0.05)
    return None


def ask_for_others(api: TaskApi, quiet: Reply) -> list[Reply]:
    """Ask, all at once, for what has nothing to do with the queue."""
    paths = ["/health", "/tasks"]
    if quiet.status == 201 and isinstance(quiet.json(), dict):
        paths.append(f"/tasks/{quiet.json().get('id')}")
    asked = [api.client.start("GET", path) for path in paths]
    return [one.result() for one in [*asked, api.start_create(secrets.token_hex(8))]]


def collect(service: Service, posts: Mapping[str, Post]) -> None:
    """Wait for every answer, and see what the table holds then."""
    for one in posts.values():
        one.reply = one.pending_reply.result()
        one.status_after = service.database.task_status(one.title)


def attribute(lane: Lane, posts: Mapping[str, Post]) -> None:
    """Give every request the attempts that carried its message."""
    for attempt in lane.attempts("SendMessage"):
        for one in posts.values():
            if one.body is not None and attempt.body == one.body:
                one.attempts.append(attempt)


def spend_retries(service: Service) -> Used:
    """Let every attempt to receive and to delete fail, each in another way."""
    lane = service.lane("spent")
    order(lane, dict.fromkeys(["ReceiveMessage", "DeleteMessage"], schedules.EVERY_KIND))
    driver = SqsDriver(service, lane, *[[{"operation": operation}] for operation in SPENT_OPERATIONS])
    driver.finish(time.monotonic() + DRIVER_SECONDS)
    return what_it_did(service, driver, lane)


def use_mixed(service: Service) -> Used:
    """Let a process send, receive and delete without a fault, then with refusals, faults and what is hopeless."""
    lane = service.lane("mixed")
    driver = SqsDriver(service, lane, list(MIXED_STEPS.values()))
    names = list(MIXED_STEPS)
    if driver.wait_for(READY_SECONDS, begin=names.index("before-refusal")):
        order(lane, schedules.MENDED_FAULTS)
        lane.refuse()
        driver.go_on()
        time.sleep(schedules.REFUSAL_SECONDS)
        lane.accept()
    if driver.wait_for(DRIVER_SECONDS, begin=names.index("after-refusal")):
        driver.go_on()
    if driver.wait_for(DRIVER_SECONDS, begin=names.index("before-the-hopeless")):
        order(lane, schedules.HOPELESS_FAULTS)
        driver.go_on()
    driver.finish(time.monotonic() + READY_SECONDS)
    return what_it_did(service, driver, lane)


def order(lane: Lane, faults: Mapping[str, Sequence[Fault]]) -> None:
    """Let the next requests of each operation fail."""
    for operation, kinds in faults.items():
        lane.plan_requests(operation, kinds)


def what_it_did(service: Service, driver: SqsDriver, lane: Lane) -> Used:
    """Gather what a process did."""
    attempts = {operation: lane.attempts(operation) for operation in OPERATIONS.values()}
    queue = service.desk.open_part("queue")
    counts = queue.call("counts", queue=driver.name)
    queue.close()
    left = counts["visible"] + counts["in_flight"]
    return Used(driver.how_it_ended(), driver.began(), driver.steps(), driver.log(), attempts, left)


def complete(service: Service, lane: Lane) -> dict[int, str | None]:
    """Let the worker have the queue; return the status that each task whose message was stored came to."""
    stored = {attempt.task_id for attempt in lane.attempts("SendMessage") if not attempt.failed}
    tasks = sorted(task_id for task_id in stored if task_id is not None)
    functions = service.desk.open_part("functions")
    functions.call("mapping_resume")
    deadline = time.monotonic() + COMPLETION_SECONDS
    rounds = 0
    while True:
        rows = service.database.rows("SELECT id, status::text FROM public.tasks WHERE id = ANY(%s)", tasks)
        found: dict[int, str | None] = {**dict.fromkeys(tasks), **dict(rows)}
        if all(status == "completed" for status in found.values()) or time.monotonic() > deadline:
            return found
        rounds = len(functions.call("wait_invocations", count=rounds + 1, seconds=0.5))
