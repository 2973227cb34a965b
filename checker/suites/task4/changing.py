"""Changes by PUT, DELETE and the worker, alone and while a lock keeps them waiting, each on a task of its own."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor, wait
from contextlib import closing
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from checker.suites.task4.changes import (
    COMPLETED,
    DELETE,
    ONE_FIELD,
    PUT,
    Aftermath,
    Change,
    begin,
    by_worker,
    in_list,
)
from checker.suites.task4.serving import AGED_MS, DESCRIPTION, Fresh, written_since

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from checker.kit.http import Reply
    from checker.suites.task4.bench import Bench
    from checker.suites.task4.subject import Subject
    from checker.suites.task4.worker import Worker

ARRIVAL_SECONDS: Final = 1.2  # for a change to come to a lock; one that has not by then does not wait for it
LINE_SECONDS: Final = 0.5  # for a lock of our own to stand in line
MEANWHILE_SECONDS: Final = 1.0  # for a GET that comes while a change waits
SETTLE_SECONDS: Final = 0.1  # for what a GET writes to Redis after it has answered
SECOND_SECONDS: Final = 0.3  # for the worker's next transaction, if it has one
BATCH: Final = 3
SLOW_SECONDS: Final = 0.04  # how long Redis takes for a change; hardly any client gives it up so soon
SLOW_ROUNDS: Final = 3  # on a busy machine the GET after a change may come too late to meet it
LIST: Final = "/tasks?limit=100"


@dataclass(frozen=True)
class ListSeen:
    """A list that was asked for once a change was done, and whether it showed the change."""

    change: str
    reply: Reply
    right: bool


@dataclass(frozen=True)
class Changing:
    """What followed on each change; the key that the worker wrote, if it did."""

    aftermaths: Mapping[str, Sequence[Aftermath]]
    lists: Sequence[ListSeen]
    by_worker: Fresh | None


def observe_changing(bench: Bench, worker: Worker, subjects: Iterator[Subject]) -> Changing:
    """Change one task after the other."""
    repeated, partly = next(subjects), next(subjects)
    aftermaths = {
        "PUT": [after_change(bench, next(subjects), PUT)],
        "a PUT of one field": [after_change(bench, partly, change) for change in ONE_FIELD],
        "one PUT after another": [after_change(bench, repeated, PUT) for _ in range(3)],
        "DELETE": [after_change(bench, next(subjects), DELETE)],
        "a PUT that waited for its row": [after_waiting(bench, next(subjects), PUT)],
        "a DELETE that waited for its row": [after_waiting(bench, next(subjects), DELETE)],
        "two PUTs that waited for their row": [after_two_waiting(bench, next(subjects))],
        "the worker": [after_change(bench, next(subjects), by_worker(worker))],
        "the worker, with a batch": after_batch(bench, worker, [next(subjects) for _ in range(BATCH)]),
        "the worker, which waited for its row": [after_waiting_worker(bench, next(subjects), by_worker(worker))],
        "the worker, while Redis is slow": [
            after_slow_redis(bench, next(subjects), by_worker(worker)) for _ in range(SLOW_ROUNDS)
        ],
    }
    return Changing(aftermaths, look_at_lists(bench, next(subjects)), written_by_worker(bench, worker, next(subjects)))


def fill(bench: Bench, subject: Subject) -> None:
    """Read a task until it is cached, if it ever is, so that no GET is still about to write it."""
    bench.warm(subject)


def after_change(bench: Bench, subject: Subject, change: Change) -> Aftermath:
    """Change a task that is cached."""
    fill(bench, subject)
    aftermath, future = begin(change, bench.api, subject)
    aftermath.done(future.result())
    aftermath.look(subject, bench.api, bench.api)
    aftermath.row = bench.row(subject)
    return aftermath


def after_batch(bench: Bench, worker: Worker, subjects: Sequence[Subject]) -> list[Aftermath]:
    """Let the worker change several tasks that are cached, in one invocation."""
    change = by_worker(worker)
    for subject in subjects:
        fill(bench, subject)
    futures = worker.start_together([subject.id for subject in subjects])
    aftermaths = [Aftermath(change.name, COMPLETED, repeat=[change.command(subject)]) for subject in subjects]
    for aftermath, subject, future in zip(aftermaths, subjects, futures, strict=True):
        aftermath.done(future.result())
        aftermath.look(subject, bench.api)
    return aftermaths


def after_waiting(bench: Bench, subject: Subject, change: Change) -> Aftermath:
    """Change a task that is cached, and read it while the change waits for its row."""
    fill(bench, subject)
    with bench.locks.row(subject.id) as lock:
        aftermath, future = begin(change, bench.api, subject)
        aftermath.repeat.insert(0, waiting_for(subject))
        lock.wait_for_waiter(ARRIVAL_SECONDS, unless=future.done)
        settled = read_meanwhile(bench, subject)
    aftermath.done(future.result())
    if settled:
        aftermath.look(subject, bench.api, bench.api)
    return aftermath


def after_two_waiting(bench: Bench, subject: Subject) -> Aftermath:
    """Change two fields of a task that is cached, each by a PUT of its own, while both wait for its row.

    What one of them took from the row before it waited is old when it goes on. Where the database holds less than both,
    nothing is said of copies.
    """
    fill(bench, subject)
    with bench.locks.row(subject.id) as lock:
        aftermath, future = begin(PUT, bench.api, subject)
        waiter = lock.wait_for_waiter(ARRIVAL_SECONDS, unless=future.done)
        second = bench.api.client.start("PUT", subject.path, json={"description": DESCRIPTION})
        if waiter:
            lock.wait_for_waiter_behind(waiter, LINE_SECONDS, unless=second.done)
    aftermath.done(future.result())
    aftermath.repeat = [waiting_for(subject), *aftermath.repeat, second.result().request]
    both = {"title": subject.title, "description": DESCRIPTION}
    if bench.stands(subject, both):
        aftermath.wanted = both
        aftermath.look(subject, bench.api, bench.api)
    return aftermath


def waiting_for(subject: Subject) -> str:
    """Return the SQL that lets the change wait."""
    return f"BEGIN; SELECT FROM tasks WHERE id = {subject.id} FOR UPDATE;  -- the change, a GET, then ROLLBACK;"


def read_meanwhile(bench: Bench, subject: Subject) -> bool:
    """Read a task twice while a change waits; whether both GETs are over, and what they write has been written.

    A service may let a GET wait as well. What such a GET, which had begun before the change was done, writes then is
    another promise (`no-stale-fill`), so that what follows is not judged.
    """
    for _ in range(2):
        answer = bench.api.client.start("GET", subject.path)
        wait([answer], timeout=MEANWHILE_SECONDS)
        if not answer.done():
            return False
    time.sleep(SETTLE_SECONDS)
    return True


def after_waiting_worker(bench: Bench, subject: Subject, change: Change) -> Aftermath:
    """Let the worker wait, in its first transaction for the row and in its next for the table; read meanwhile.

    Whoever asks for the table's lock while others hold theirs comes next, so the second wait is sure.
    """
    fill(bench, subject)
    table = bench.locks.writers(ARRIVAL_SECONDS)
    with bench.locks.row(subject.id) as row, closing(table), ThreadPoolExecutor(1) as pool:
        aftermath, future = begin(change, bench.api, subject)
        aftermath.repeat.insert(0, waiting_for(subject))
        waiter = row.wait_for_waiter(ARRIVAL_SECONDS, unless=future.done)
        taking = pool.submit(table.take)
        table.wait_in_line(LINE_SECONDS)
        settled = read_meanwhile(bench, subject)
        row.release()
        taking.result()
        if table.taken and waiter:
            table.wait_for_waiter(SECOND_SECONDS, pid=waiter.pid, unless=future.done)
            settled = read_meanwhile(bench, subject) and settled
    aftermath.done(future.result())
    if settled:
        aftermath.look(subject, bench.api, bench.api)
    return aftermath


def after_slow_redis(bench: Bench, subject: Subject, change: Change) -> Aftermath:
    """Let Redis take its time with what is written, from when the change has its row's lock: it is done after that."""
    fill(bench, subject)
    with bench.locks.row(subject.id) as lock:
        aftermath, future = begin(change, bench.api, subject)
        lock.wait_for_waiter(ARRIVAL_SECONDS, unless=future.done)
        bench.keys.redis.call("CLIENT", "PAUSE", int(SLOW_SECONDS * 1000), "WRITE")
    aftermath.done(future.result())
    aftermath.look(subject, bench.api)
    return aftermath


def written_by_worker(bench: Bench, worker: Worker, subject: Subject) -> Fresh | None:
    """Let the worker complete a task whose copy is no longer fresh, and look at the key if that wrote it."""
    fill(bench, subject)
    if name := bench.key_of(subject):
        bench.keys.expire(name, AGED_MS)
    started = time.monotonic()
    worker.start(subject.id).result()
    subject.shown = subject.title  # of the row, which is what the worker has seen
    return written_since(started, bench, subject, bench.keys.snapshot(), COMPLETED)


def look_at_lists(bench: Bench, subject: Subject) -> list[ListSeen]:
    """Change and delete a task, and look for it in the list, which was asked for before."""
    seen = []
    for change in (PUT, DELETE):
        for _ in range(2):
            bench.api.client.request("GET", LIST)
        _, future = begin(change, bench.api, subject)
        future.result()
        reply = bench.api.client.request("GET", LIST)
        shown, wanted = in_list(reply, subject), change.wanted(subject)
        right = shown is None if wanted is None else shown is not None and shown.get("title") == subject.title
        seen.append(ListSeen(change.name, reply, right))
    return seen
