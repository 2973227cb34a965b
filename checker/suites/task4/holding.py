"""GETs that had read the old row when it changed, and changes whose messages to a server are held up.

What is held goes by the API between the fronts, everything else by the other one.
"""

from __future__ import annotations

import time
from concurrent.futures import Future, wait
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from checker.suites.task4.changes import DELETE, PUT, Aftermath, Change, begin, by_worker
from checker.suites.task4.changing import ARRIVAL_SECONDS, SLOW_SECONDS, fill, read_meanwhile

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from checker.kit.fronts import Hold
    from checker.kit.http import Reply
    from checker.suites.task4.bench import Bench
    from checker.suites.task4.changes import State
    from checker.suites.task4.phase import Phase
    from checker.suites.task4.stage import Stage
    from checker.suites.task4.subject import Subject
    from checker.suites.task4.worker import Worker

REACH_SECONDS: Final = 4.0  # for a GET to read its row; a service with one connection lets it wait for the long one
CHANGE_SECONDS: Final = 1.0  # for a change to be done; one that waits for the held GET waits for no longer
WORKER_SECONDS: Final = 2.0  # the same for the worker, to which a message comes first
LONG_SECONDS: Final = 2.5  # outlasts what deletes once more after a while, and stays below the contract's 3 s
POLL_SECONDS: Final = 0.02
BETWEEN_SECONDS: Final = 0.5  # from one message to the next
SHORT_SECONDS: Final = 0.06  # how long Redis does not hear a GET, which can do without
STEPS: Final = 8
TRIES: Final = 3
LOOK_AGAIN_SECONDS: Final = 0.3  # after the last GET was let go: some write to Redis after they have answered


@dataclass
class HeldRead:
    """A GET that was held, and what followed on the change; `reply` is None where it never came to read the row."""

    aftermath: Aftermath
    states: Sequence[State]
    reply: Reply | None = None


@dataclass(frozen=True)
class Holding:
    """What followed on changes that met a held GET, and on changes that were held up themselves."""

    reads: Mapping[str, Sequence[HeldRead]]
    changes: Mapping[str, Sequence[Aftermath]]


def observe_holding(
    bench: Bench, stage: Stage, worker: Worker, subjects: Iterator[Subject], slow: Future[Phase[HeldRead]]
) -> Holding:
    """Hold GETs for as long as a change takes, beside the one that is held for long where the service can."""
    plain, again, deleted, worked, stepped = (next(subjects) for _ in range(5))
    let_others_by(stage, slow)
    reads = {
        "a PUT": [held_read(bench, stage, plain, PUT)],
        "a PUT and one more GET": [held_read(bench, stage, again, PUT, read_again=True)],
        "a DELETE": [held_read(bench, stage, deleted, DELETE)],
        "the worker": [held_read(bench, stage, worked, by_worker(worker), most=WORKER_SECONDS)],
        "a PUT between any two messages to Redis": stepped_reads(bench, stage, stepped),
    }
    changes = {
        "a PUT that was slow to commit": [slow_to_commit(bench, stage, next(subjects), PUT)],
        "a DELETE that was slow to commit": [slow_to_commit(bench, stage, next(subjects), DELETE)],
        "a PUT that was slow to reach Redis": [slow_to_redis(bench, stage, next(subjects), PUT) for _ in range(2)],
        "a DELETE that was slow to reach Redis": [slow_to_redis(bench, stage, next(subjects), DELETE)],
    }
    time.sleep(LOOK_AGAIN_SECONDS)
    for subject, name in zip((plain, again, deleted, worked), ALONE, strict=True):
        reads[name][0].aftermath.look(subject, bench.api)
    reads["a PUT long before"] = [slow.result().get()]
    return Holding(reads, changes)


ALONE: Final = ("a PUT", "a PUT and one more GET", "a DELETE", "the worker")


def observe_slow(bench: Bench, stage: Stage, subject: Subject) -> HeldRead:
    """Hold a GET for long, and look once more a while after it was let go."""
    held = held_read(bench, stage, subject, PUT, seconds=LONG_SECONDS)
    time.sleep(LOOK_AGAIN_SECONDS)
    held.aftermath.look(subject, bench.api)
    return held


def let_others_by(stage: Stage, slow: Future[Phase[HeldRead]]) -> None:
    """Wait for the slow GET's end where the service lets everybody wait for it."""
    other = stage.api.client.start("GET", "/tasks?limit=1")
    wait([other], timeout=BETWEEN_SECONDS)
    if not other.done():
        wait([slow])


def held_read(
    bench: Bench,
    stage: Stage,
    subject: Subject,
    change: Change,
    *,
    seconds: float = 0.0,
    most: float = CHANGE_SECONDS,
    read_again: bool = False,
) -> HeldRead:
    """Let a GET read the row, hold the database's answer to it, and change the task before it gets that.

    The answer is held until the change is done, for `seconds` at least, and for `most` otherwise.
    """
    bench.forget(subject)
    before = {"title": subject.title}
    hold = stage.database.hold_answer(subject.title)
    get = stage.api.client.start("GET", subject.path)
    reached = comes(hold, get, REACH_SECONDS)
    until = time.monotonic() + seconds
    aftermath, future = begin(change, bench.api, subject)
    if reached:
        wait([future], timeout=max(most, seconds))
        if read_again and future.done():
            bench.api.get(subject.id)
        time.sleep(max(0.0, until - time.monotonic()))
    hold.release()
    reply = get.result()
    aftermath.done(future.result())
    aftermath.look(subject, bench.api, stage.api)
    return HeldRead(aftermath, (before, aftermath.wanted), reply if reached else None)


def comes(hold: Hold, future: Future[Any], seconds: float) -> bool:
    """Wait until bytes are held; False where the future is done without, or where the time is over."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        done = future.done()
        if hold.held(POLL_SECONDS):
            return True
        if done:
            return False
    return False


def stepped_reads(bench: Bench, stage: Stage, subject: Subject) -> list[HeldRead]:
    """Hold each message of a GET to Redis, and change the task while one of them is held: in each turn the next."""
    found: list[HeldRead] = []
    for number in range(STEPS):
        for _ in range(TRIES):
            read, in_time = stepped_read(bench, stage, subject, number)
            if read is None:
                return found
            found.append(read)
            if in_time:
                break
    return found


def stepped_read(bench: Bench, stage: Stage, subject: Subject, number: int) -> tuple[HeldRead | None, bool]:
    """Change the task while the GET's message of that number is held; None where it sends fewer.

    Tells also whether the change was done while it was held, which a busy machine, or a service that lets the change
    wait for the GET, may prevent.
    """
    bench.forget(subject)
    before = {"title": subject.title}
    hold = stage.cache.hold_requests()
    get = stage.api.client.start("GET", subject.path)
    started: tuple[Aftermath, Future[Any]] | None = None
    in_time = False
    for step in range(STEPS):
        if not comes(hold, get, BETWEEN_SECONDS):
            break
        if step == number:
            started = begin(PUT, bench.api, subject)
            wait([started[1]], timeout=SHORT_SECONDS)
            in_time = started[1].done()
        hold.step()
    hold.release()
    reply = get.result()
    if started is None:
        return None, in_time
    aftermath, future = started
    aftermath.done(future.result())
    aftermath.look(subject, bench.api)
    return HeldRead(aftermath, (before, aftermath.wanted), reply), in_time


def slow_to_commit(bench: Bench, stage: Stage, subject: Subject, change: Change) -> Aftermath:
    """Hold each message of a change to the database, from when it has its row's lock, and read meanwhile."""
    fill(bench, subject)
    with bench.locks.row(subject.id) as lock:
        aftermath, future = begin(change, stage.api, subject)
        waiter = lock.wait_for_waiter(ARRIVAL_SECONDS, unless=future.done)
        hold = stage.database.hold_requests(waiter.port) if waiter and waiter.port else None
    settled = True
    for _ in range(STEPS if hold else 0):
        if not hold or not comes(hold, future, BETWEEN_SECONDS):
            break
        settled = read_meanwhile(bench, subject) and settled
        hold.step()
    if hold:
        hold.release()
    aftermath.done(future.result())
    if settled:
        aftermath.look(subject, bench.api, stage.api)
    return aftermath


def slow_to_redis(bench: Bench, stage: Stage, subject: Subject, change: Change) -> Aftermath:
    """Hold what a change tells Redis from when it has its row's lock: it may not be done before that has arrived."""
    fill(bench, subject)
    with bench.locks.row(subject.id) as lock:
        aftermath, future = begin(change, stage.api, subject)
        lock.wait_for_waiter(ARRIVAL_SECONDS, unless=future.done)
        hold = stage.cache.hold_requests()
    if comes(hold, future, LONG_SECONDS):
        wait([future], timeout=SLOW_SECONDS)
    if not future.done():
        hold.release()
    aftermath.done(future.result())
    aftermath.look(subject, bench.api)
    hold.release()
    return aftermath
