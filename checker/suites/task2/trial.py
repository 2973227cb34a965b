"""Runs task2's schedules and keeps what was observed; judges nothing."""

from __future__ import annotations

import secrets
import time
from concurrent.futures import FIRST_COMPLETED, ThreadPoolExecutor, wait
from dataclasses import dataclass, field
from threading import Event
from typing import TYPE_CHECKING, Final

from checker.kit.sqs_driver import READY_SECONDS, SqsDriver, Step
from checker.suites.task2 import schedules
from checker.suites.task2.lag import Heartbeat, lateness
from checker.suites.task2.schedules import (
    FAILING_AT_ONCE,
    FULL_SCHEDULE,
    HOPELESS,
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
APART_SECONDS: Final = 0.05  # between requests: two `print` at the same instant write into one line
STUCK_SECONDS: Final = 1.0  # that a first attempt is later than the first one's: its request may wait for others
NO_MORE_SECONDS: Final = 0.3  # after the last answer: an attempt that follows it at once shows up


@dataclass
class Post:
    """One `POST /tasks` under a plan."""

    title: str
    pending_reply: Future[Reply]
    began: float
    body: str | None = None
    reply: Reply | None = None
    attempts: list[Attempt] = field(default_factory=list)
    status_after: str | None = None
    first_after: float = 0.0  # seconds to its first attempt, or to its answer where it made none
    is_lost: bool = False  # it, or one before it, made no attempt for long; which attempts are its own is uncertain


@dataclass
class Crowd:
    """Tells when others are to be asked for: `waits` when requests back off, `whole` when all ten do.

    The crowd is not whole as long as one of them does not get so far: it may wait for what those before it hold.
    """

    waits: Event = field(default_factory=Event)
    whole: Event = field(default_factory=Event)


@dataclass
class Used:
    """What a process that used `SQSClient` did: its claims, its log, and the attempts at its lane."""

    ended: str | None
    began: float
    steps: dict[int, Step]
    log: list[tuple[float, str]]
    attempts: dict[str, list[Attempt]]
    messages_left: int
    again: dict[str, list[Attempt]] = field(default_factory=dict)  # of the call that followed one that was given up


@dataclass
class Trial:
    """Everything that was observed."""

    quiet: Reply
    posts: dict[str, Post]
    others: list[Reply]
    change: Reply | None  # of a task whose message waits for its retry
    spent: Used
    mixed: Used
    log: list[tuple[float, str]]
    quiet_log: list[tuple[float, str]]
    completed: dict[int, str | None]
    beats: list[tuple[float, float]]

    def lag(self, since: float, until: float) -> float:
        """Return by how many seconds this machine was late between two times."""
        return lateness(self.beats, since, until)


def run_trial(service: Service) -> Trial:
    """Let everything happen, side by side."""
    with Heartbeat(service.desk.open_part("queue")) as heart, ThreadPoolExecutor(3) as pool:
        spent = pool.submit(spend_retries, service)  # beside the API's start: both have 7 s of waits before them
        api, lane = service.client(), service.lane("api")
        mixed = pool.submit(use_mixed, service)  # has 5 s of them
        quiet = api.create(secrets.token_hex(8))
        quiet_log = service.log("api")
        crowd = Crowd()
        others = pool.submit(ask_for_others, service, api, quiet, crowd)
        posts = post(api, lane, FAILING_AT_ONCE, crowd)
        service.start_worker()
        asked = others.result()  # before anything is posted again: it would be taken for what is posted then
        posts |= post_when_there_is_room(api, lane, posts)
        collect(service, posts)
        enough = time.monotonic() + NO_MORE_SECONDS
        completed = complete(service, lane)
        used = spent.result(), mixed.result()
        time.sleep(max(0.0, enough - time.monotonic()))
        attribute(lane, posts)
    log = service.log("api")
    return Trial(quiet, posts, *asked, *used, log, quiet_log, completed, heart.beats)


def post(api: TaskApi, lane: Lane, plans: Mapping[str, Plan], crowd: Crowd) -> dict[str, Post]:
    """Send a request under each plan, one as soon as the queue has seen the one before, and wait for none."""
    posts: dict[str, Post] = {}
    known = {attempt.body for attempt in lane.attempts("SendMessage")}
    patience = float("inf")  # the first of them waits for no other
    for name, plan in plans.items():
        lane.plan_message("SendMessage", plan.faults)
        title, began = secrets.token_hex(8), time.monotonic()
        posts[name] = one = Post(title, api.start_create(title), began)
        one.body = new_message(lane, known, one, crowd, patience)
        one.first_after = time.monotonic() - began
        one.is_lost = one.first_after >= FIRST_ATTEMPT_SECONDS or any(before.is_lost for before in posts.values())
        known.add(one.body)
        patience = min(patience, one.first_after + STUCK_SECONDS)
        time.sleep(APART_SECONDS)
    if not any(one.is_lost for one in posts.values()):
        crowd.whole.set()
    crowd.waits.set()
    return posts


def post_when_there_is_room(api: TaskApi, lane: Lane, under_way: Mapping[str, Post]) -> dict[str, Post]:
    """Send the hopeless requests, each as soon as no more than ten fail at once."""
    posts: dict[str, Post] = {}
    for name, plan in HOPELESS.items():
        pending = [one.pending_reply for one in (*under_way.values(), *posts.values())]
        while sum(not reply.done() for reply in pending) >= len(FAILING_AT_ONCE):
            wait([reply for reply in pending if not reply.done()], return_when=FIRST_COMPLETED)
        posts |= post(api, lane, {name: plan}, Crowd())
    return posts


def new_message(lane: Lane, known: set[str | None], request: Post, crowd: Crowd, patience: float) -> str | None:
    """Wait until the queue has seen a message that is not `known`, or the request is answered without one.

    After `patience` seconds the crowd is as large as it gets for now.
    """
    while time.monotonic() < request.began + FIRST_ATTEMPT_SECONDS:
        answered = request.pending_reply.done()  # asked first: what an answered request sent is on the record by then
        seen = lane.attempts("SendMessage")
        for attempt in seen:
            if attempt.body not in known:
                return attempt.body
        if answered:
            return None
        if time.monotonic() > request.began + patience:
            crowd.waits.set()
        lane.wait_attempts("SendMessage", len(seen) + 1, 0.05)
    return None


def ask_for_others(service: Service, api: TaskApi, quiet: Reply, crowd: Crowd) -> tuple[list[Reply], Reply | None]:
    """Ask, as soon as there is a crowd, for what has nothing to do with the queue, and for a task where it is whole.

    A task made while one of the crowd still has to send its message would be taken for that one. The last answer is
    the one to a change of a task whose message waits for its retry.
    """
    crowd.waits.wait(len(FAILING_AT_ONCE) * FIRST_ATTEMPT_SECONDS)
    waiting = [attempt.task_id for attempt in service.lane("api").attempts("SendMessage") if attempt.failed][:1]
    asked = [api.client.start("GET", path) for path in ("/health", "/tasks")]
    if quiet.status == 201 and isinstance(quiet.json(), dict):
        path = f"/tasks/{quiet.json().get('id')}"
        asked += [api.client.start("GET", path), api.client.start("PUT", path, json={"description": "seen"})]
    asked += [api.start_create(secrets.token_hex(8))] if crowd.whole.is_set() else []
    changes = [api.client.start("PUT", f"/tasks/{task_id}", json={"description": "seen"}) for task_id in waiting]
    return [one.result() for one in asked], next((change.result() for change in changes), None)


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
    """Let every attempt to receive and to delete fail, each in another way, and then one more."""
    lane = service.lane("spent")
    for faults in (schedules.EVERY_KIND, schedules.ONCE_MORE):
        order(lane, dict.fromkeys(["ReceiveMessage", "DeleteMessage"], faults))
    driver = SqsDriver(service, lane, *schedules.SPENT_TRACKS)
    driver.finish(time.monotonic() + DRIVER_SECONDS)
    used = what_it_did(service, driver, lane)
    for number, operation in enumerate(SPENT_OPERATIONS):
        over = used.steps.get(number * len(schedules.SPENT_TRACKS[0]))
        part(used, OPERATIONS[operation], over.at if over else float("inf"))
    return used


def part(used: Used, operation: str, over: float) -> None:
    """Take the attempts of the call that followed out of those of the call that was over by then."""
    border = over + schedules.PAUSE_SECONDS / 2
    made = used.attempts[operation]
    used.attempts[operation] = [attempt for attempt in made if attempt.started < border]
    used.again[operation] = [attempt for attempt in made if attempt.started >= border]


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
    for barrier, faults in schedules.HOPELESS_FAULTS.items():
        if not driver.wait_for(DRIVER_SECONDS, begin=names.index(barrier)) or is_retried_in_vain(lane):
            break
        lane.clear_plans()
        order(lane, faults)
        driver.go_on()
    driver.finish(time.monotonic() + (0.0 if is_retried_in_vain(lane) else READY_SECONDS))
    return what_it_did(service, driver, lane)


def is_retried_in_vain(lane: Lane) -> bool:
    """Whether the client repeats what is hopeless."""
    return any(schedules.is_retried_in_vain(lane.attempts(operation)) for operation in OPERATIONS.values())


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
        found = service.database.task_statuses(tasks)
        if all(status == "completed" for status in found.values()) or time.monotonic() > deadline:
            return found
        rounds = len(functions.call("wait_invocations", count=rounds + 1, seconds=0.5))
