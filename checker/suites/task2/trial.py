"""Runs task2's schedules and keeps what was observed; judges nothing."""

from __future__ import annotations

import secrets
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from checker.kit.sqs_driver import READY_SECONDS, SqsDriver, Step
from checker.suites.task2 import schedules
from checker.suites.task2.schedules import FAILING_AT_ONCE, FULL_SCHEDULE, HOPELESS, MIXED_STEPS, OPERATIONS

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from concurrent.futures import Future

    from checker.kit.fixtures import Service
    from checker.kit.http import Reply
    from checker.kit.lanes import Attempt, Fault, Lane
    from checker.kit.tasks import TaskApi

FIRST_ATTEMPT_SECONDS: Final = 10.0  # from a request to its first attempt at the queue, on a busy machine
DRIVER_SECONDS: Final = READY_SECONDS + 3 * FULL_SCHEDULE  # a process that has not done its steps by then hangs
COMPLETION_SECONDS: Final = 15.0
NO_MORE_SECONDS: Final = 0.3  # after the last answer: an attempt that follows it at once shows up


@dataclass
class Post:
    """One `POST /tasks` under a plan."""

    title: str
    pending_reply: Future[Reply]
    task_id: int | None = None
    reply: Reply | None = None
    attempts: list[Attempt] = field(default_factory=list)
    status_after: str | None = None


@dataclass
class Used:
    """What a process that used `SQSClient` did: its claims, its log, and the attempts at its lane."""

    ended: str | None
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
    used: dict[str, Used]
    log: list[tuple[float, str]]
    quiet_log: list[tuple[float, str]]
    completed: dict[int, str | None]


def run_trial(service: Service) -> Trial:
    """Let everything happen, side by side."""
    with ThreadPoolExecutor(3) as pool:
        drivers = {
            "receive": pool.submit(spend_retries, service, "receive"),
            "delete": pool.submit(spend_retries, service, "delete"),
            "mixed": pool.submit(use_mixed, service),
        }
        api, lane = service.client(), service.lane("api")
        quiet = api.create(secrets.token_hex(8))
        quiet_log = service.log("api")
        posts, others = post_all(api, lane, quiet)
        collect(service, lane, posts)
        used = {name: driver.result() for name, driver in drivers.items()}
    log = service.log("api")
    return Trial(quiet, posts, others, used, log, quiet_log, complete(service, lane))


def post_all(api: TaskApi, lane: Lane, quiet: Reply) -> tuple[dict[str, Post], list[Reply]]:
    """Send every request under its plan, and while they back off, ask for something else."""
    posts: dict[str, Post] = {}
    known = {attempt.task_id for attempt in lane.attempts("SendMessage")}
    for name, plan in {**HOPELESS, **FAILING_AT_ONCE}.items():
        lane.plan_message("SendMessage", plan.faults)
        title = secrets.token_hex(8)
        post = posts[name] = Post(title, api.start_create(title))
        post.task_id = new_message(lane, known, post)
        known.add(post.task_id)
    return posts, ask_for_others(api, quiet)


def new_message(lane: Lane, known: set[int | None], post: Post) -> int | None:
    """Wait until the queue has seen a message that is not `known`, or the request is answered without one."""
    deadline = time.monotonic() + FIRST_ATTEMPT_SECONDS
    while time.monotonic() < deadline:
        seen = lane.attempts("SendMessage")
        for attempt in seen:
            if attempt.task_id not in known:
                return attempt.task_id
        if post.pending_reply.done():
            return None
        lane.wait_attempts("SendMessage", len(seen) + 1, 0.05)
    return None


def ask_for_others(api: TaskApi, quiet: Reply) -> list[Reply]:
    """Ask, all at once, for what has nothing to do with the queue."""
    paths = ["/health", "/tasks"]
    if quiet.status == 201 and isinstance(quiet.json(), dict):
        paths.append(f"/tasks/{quiet.json().get('id')}")
    return [asked.result() for asked in [api.client.start("GET", path) for path in paths]]


def collect(service: Service, lane: Lane, posts: dict[str, Post]) -> None:
    """Wait for every answer, and see what the queue and the table hold then."""
    for post in posts.values():
        post.reply = post.pending_reply.result()
        post.status_after = service.database.task_status(post.title)
    time.sleep(NO_MORE_SECONDS)
    for attempt in lane.attempts("SendMessage"):
        for post in posts.values():
            if post.task_id is not None and attempt.task_id == post.task_id:
                post.attempts.append(attempt)


def spend_retries(service: Service, operation: str) -> Used:
    """Let every attempt of one operation fail, each in another way."""
    lane = service.lane(operation)
    lane.plan_requests(OPERATIONS[operation], schedules.EVERY_KIND)
    driver = SqsDriver(service, lane, [{"operation": operation}])
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
    return Used(driver.how_it_ended(), driver.steps(), driver.log(), attempts, left)


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
