"""What is served from Redis, under which key, and for how long that key lives."""

from __future__ import annotations

import time
from concurrent.futures import wait
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final

from checker.suites.task4.bench import Source, title_of
from checker.suites.task4.changes import PUT, shows

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from checker.kit.http import Reply
    from checker.kit.keyspace import Key, Snapshot
    from checker.suites.task4.bench import Bench, Reading
    from checker.suites.task4.subject import Subject

LOCKED_SECONDS: Final = 2.0  # many times what an answer from Redis takes
BLOCKED_SECONDS: Final = 0.5  # the same where somebody is known to stand before the table's lock
AGED_MS: Final = 100_000  # what is left of a copy's life when a change comes that may write it anew
DESCRIPTION: Final = 'a "quoted" \\ {tâche} ☃\n'
SETTLE_SECONDS: Final = 0.03  # for a service that writes to Redis after it has answered
REFILLS: Final = 12  # a time to live may be chosen by chance
# What the task is while copies of it are looked at; it was pending before.
STATES: Final = (
    {"description": None, "status": "processing"},
    {"description": DESCRIPTION, "status": "completed"},
    {"description": "", "status": "failed"},
)


@dataclass(frozen=True)
class Fresh:
    """The key that an action wrote, and how old it was at most when its time to live was read."""

    key: Key
    age_ms: float


@dataclass(frozen=True)
class Copy:
    """The answer to a GET that came from a copy, and the columns of the row that it was made from."""

    reply: Reply
    columns: Mapping[str, Any]


@dataclass(frozen=True)
class Serving:
    """What was seen. `through_lock` is None where the table could not be locked: the reading alone tells then."""

    reading: Reading
    through_lock: bool | None = None
    holder: Key | None = None
    refilled: Sequence[Fresh] = ()
    created: Fresh | None = None
    updated: Fresh | None = None
    copies: Sequence[Copy] = ()
    not_copied: Sequence[Reading] = ()  # of the same task in another status


def observe_serving(bench: Bench) -> Serving:
    """Read a task again and again, alone with the service."""
    started = time.monotonic()
    (subject,) = bench.create(1)
    created = written_since(started, bench, subject, bench.keys.snapshot())
    reading = bench.warm(subject)
    if reading.source is not Source.COPY:
        return Serving(reading, created=created)
    through_lock = is_served_through_lock(bench, subject)
    holder = bench.holder(subject)
    if holder is None:
        return Serving(reading, through_lock, created=created)
    refilled, updated = after_removal(bench, subject, holder), after_put(bench, subject)
    copied, not_copied = copies(bench, subject)
    return Serving(reading, through_lock, holder, refilled, created, updated, copied, not_copied)


def copies(bench: Bench, subject: Subject) -> tuple[list[Copy], list[Reading]]:
    """Return copies, which a GET wrote, of the task in several states, and what came where there was none."""
    copied: list[Copy] = []
    not_copied: list[Reading] = []
    for fields in STATES:
        bench.api.client.request("PUT", subject.path, json=fields)
        bench.forget(subject)
        reading = bench.warm(subject)
        if reading.source is Source.COPY:
            copied.append(Copy(reading.reply, bench.row(subject)))
        else:
            not_copied.append(reading)
    return copied, not_copied


def is_served_through_lock(bench: Bench, subject: Subject) -> bool | None:
    """Whether a GET is answered while nobody can read the table; None where it cannot be locked."""
    with bench.locks.readers() as lock:
        if not lock.taken:
            return None
        answer = bench.api.client.start("GET", subject.path)
        deadline = time.monotonic() + LOCKED_SECONDS
        while not answer.done() and not lock.waiters() and time.monotonic() < deadline:
            wait([answer], timeout=0.005)
        wait([answer], timeout=BLOCKED_SECONDS)
        served = answer.done()
    subject.shown = title_of(answer.result())
    return served


def after_removal(bench: Bench, subject: Subject, holder: Key) -> list[Fresh]:
    """Let a GET write the key, and look at it; again and again where it has one name."""
    bench.keys.remove(holder.name)
    started = time.monotonic()
    bench.read(subject)
    time.sleep(SETTLE_SECONDS)
    first = written_since(started, bench, subject, bench.keys.snapshot())
    if first is None:
        return []
    more = [refill(bench, subject, holder) for _ in range(REFILLS if first.key.name == holder.name else 0)]
    return [first, *(one for one in more if one is not None)]


def refill(bench: Bench, subject: Subject, holder: Key) -> Fresh | None:
    """Let a GET write a key of a known name, and return it with its time to live; None where it is not there soon."""
    bench.keys.remove(holder.name)
    started = time.monotonic()
    bench.read(subject)
    deadline = time.monotonic() + SETTLE_SECONDS
    while not bench.keys.exists(holder.name):
        if time.monotonic() > deadline:
            return None
    at = time.monotonic()
    return Fresh(replace(holder, ttl_ms=bench.keys.ttl_ms(holder.name)), (at - started) * 1000)


def after_put(bench: Bench, subject: Subject) -> Fresh | None:
    """Let a PUT change a task whose copy is no longer fresh, and look at the key if that wrote it."""
    bench.warm(subject)
    if name := bench.key_of(subject):
        bench.keys.expire(name, AGED_MS)
    started = time.monotonic()
    PUT.start(bench.api, subject).result()
    return written_since(started, bench, subject, bench.keys.snapshot())


def written_since(
    started: float, bench: Bench, subject: Subject, snapshot: Snapshot, wanted: Mapping[str, Any] | None = None
) -> Fresh | None:
    """Return the key that held the task, with the fields wanted, when the snapshot was taken; None where none did.

    An action may write the key or leave that to the next GET.
    """
    reading = bench.probe(subject)
    if reading.source is not Source.COPY or not shows(reading.reply, wanted or {}):
        return None
    key = bench.holder(subject, snapshot)
    return Fresh(key, (snapshot.at - started) * 1000) if key else None
