"""Runs all phases of scenario3's trial and keeps what was observed; judges nothing.

All tasks are made at first, while no message is taken; their messages are then sent by hand, so that each crash finds
the batch that it is meant for. What has to wait for the queue waits together.
"""

from __future__ import annotations

import secrets
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from checker.suites.scenario3.bench import (
    ANNOUNCED_SECONDS,
    DEAD_LETTERS,
    GRACE_SECONDS,
    QUEUE,
    VISIBILITY_SECONDS,
    Bench,
    Fate,
    until,
)
from checker.suites.scenario3.crashing import (
    KILLED_WORK,
    LONG_WORK,
    SHORT_WORK,
    break_connections,
    kill_in_mid_batch,
    offered_meanwhile,
)
from checker.suites.scenario3.creating import Created, observe_refusing_queue, observe_slow_commit
from checker.suites.scenario3.phase import Phase, phase
from checker.suites.scenario3.poison import BROKEN, COMEBACK_SECONDS, Poisoned, observe_poison

if TYPE_CHECKING:
    from collections.abc import Mapping
    from concurrent.futures import Future

    from checker.suites.scenario3.stage import Stage

SETTLE_SECONDS: Final = 2 * COMEBACK_SECONDS + 6.0  # the crashes: twice back, a worker's start, the works
MADE: Final = {
    "repeated": None,
    "beside": None,
    "interrupted": None,
    "done before the kill": None,
    "killed": KILLED_WORK,
    "waiting": None,
    "status refused": SHORT_WORK,
    "event refused": SHORT_WORK,
    "long": LONG_WORK,
    "behind the long one": None,
    "before the poison": None,
    "poison": BROKEN,
    "behind the poison": None,
}


@dataclass(frozen=True)
class Twice:
    """What became of tasks whose messages came twice, and of one that stood in `processing`."""

    tasks: Mapping[str, int]
    fates: Mapping[int, Fate]


@dataclass(frozen=True)
class Crashes:
    """What became of tasks whose worker was killed, or whose connection was broken off."""

    tasks: Mapping[str, int]
    fates: Mapping[int, Fate]


@dataclass(frozen=True)
class Long:
    """After how many seconds a message was offered to others while its batch was worked on, and the tasks' fates."""

    offered: float | None
    tasks: Mapping[str, int]
    fates: Mapping[int, Fate]


@dataclass(frozen=True)
class Account:
    """Everything in the end: each task by what was done to it, the queue and the dead letters."""

    tasks: Mapping[str, int]
    fates: Mapping[int, Fate]
    waiting: tuple[str, ...]
    dead: tuple[str, ...]


@dataclass(frozen=True)
class Trial:
    """Everything that was observed; `unannounced` are tasks whose message did not come in time."""

    refusing: Phase[Created]
    unannounced: tuple[int, ...]
    slow_commit: Phase[Created]
    twice: Phase[Twice]
    crashes: Phase[Crashes]
    long: Phase[Long]
    poison: Phase[Poisoned]
    account: Phase[Account]


def run_trial(bench: Bench, staging: Future[Stage]) -> Trial:
    """Let everything happen; the worker has been started, and takes no messages yet."""
    bench.pause()
    tasks = dict(zip(MADE, bench.make(list(MADE.values())), strict=True))
    until(lambda: all(bench.announced(one) for one in tasks.values()), ANNOUNCED_SECONDS + GRACE_SECONDS)
    unannounced = tuple(one for one in tasks.values() if not bench.announced(one))
    bench.queue.call("purge", queue=QUEUE)
    bench.resume()
    with ThreadPoolExecutor(1) as pool:
        poisoning = pool.submit(phase, observe_poison, Bench(bench.service, bench.api), *three(tasks, *POISON))
        refusing = phase(observe_refusing_queue, bench, title())
        slow_commit = phase(lambda: observe_slow_commit(bench, staging.result(), title()))
        twice = phase(observe_twice, bench, tasks)
        poison = poisoning.result()
    crashes = phase(observe_crashes, bench, tasks)
    long = phase(observe_long, bench, tasks)
    account = phase(settle_accounts, bench, tasks)
    return Trial(refusing, unannounced, slow_commit, twice, crashes, long, poison, account)


POISON: Final = ("before the poison", "poison", "behind the poison")
TWICE: Final = ("repeated", "beside", "interrupted")
KILLED: Final = ("done before the kill", "killed", "waiting")
REFUSED: Final = ("status refused", "event refused")
LONG: Final = ("long", "behind the long one")


def title() -> str:
    """Return a title that no other task has."""
    return f"order {secrets.token_hex(6)}"


def three(tasks: Mapping[str, int], *names: str) -> tuple[int, ...]:
    """Return the ids of some of the tasks."""
    return tuple(tasks[name] for name in names)


def observe_twice(bench: Bench, tasks: Mapping[str, int]) -> Twice:
    """Deliver a message twice in one batch and once more afterwards, and one whose task stands in `processing`."""
    repeated, beside, interrupted = three(tasks, *TWICE)
    bench.database.write(
        "UPDATE public.tasks SET status = 'processing' WHERE id = %s AND status = 'pending'", interrupted
    )
    bench.announce(repeated, repeated, beside, interrupted)
    until(lambda: bench.fates([beside])[beside].status == "completed", COMEBACK_SECONDS)
    bench.announce(repeated)
    chosen = {name: tasks[name] for name in TWICE}
    return Twice(chosen, bench.settled([*chosen.values()], COMEBACK_SECONDS))


def observe_crashes(bench: Bench, tasks: Mapping[str, int]) -> Crashes:
    """Kill the worker in the middle of a batch, then break off the connections of the one that comes after it."""
    kill_in_mid_batch(bench, *three(tasks, *KILLED))
    break_connections(bench, *three(tasks, *REFUSED))
    chosen = {name: tasks[name] for name in (*KILLED, *REFUSED)}
    return Crashes(chosen, bench.settled([*chosen.values()], SETTLE_SECONDS))


def observe_long(bench: Bench, tasks: Mapping[str, int]) -> Long:
    """Let one work outlast the visibility time-out."""
    offered = offered_meanwhile(bench, *three(tasks, *LONG))
    chosen = {name: tasks[name] for name in LONG}
    return Long(offered, chosen, bench.settled([*chosen.values()], SETTLE_SECONDS))


def settle_accounts(bench: Bench, tasks: Mapping[str, int]) -> Account:
    """Wait until nothing is under way, and look at everything once more."""
    until(lambda: not bench.bodies(), COMEBACK_SECONDS)
    waiting = tuple(bench.bodies())
    return Account(tasks, bench.fates(list(tasks.values())), waiting, tuple(bench.bodies(DEAD_LETTERS)))


def set_up(bench: Bench) -> None:
    """Let messages come back soon."""
    bench.queue.call("queue_visibility", queue=QUEUE, seconds=VISIBILITY_SECONDS)
