"""What is asked for while memory is measured; the same of both services, but for their ids."""

from __future__ import annotations

import random
import secrets
from collections.abc import Iterator, Sequence
from typing import Final

from checker.suites.scenario1.visitor import Ask

READS_FIRST: Final = 550  # tasks that are read before memory is measured: a cache of 500 is full by then
LOOKS_FIRST: Final = 150
READS: Final = 40  # of tasks that nobody has read before, in each slice
LOOKS: Final = 45
CHANGES: Final = 4
SLICES: Final = 8
TARGET: Final = 6_000  # characters that a request's target has beside its path; uvicorn logs them, so they are not more
AGENT: Final = 6_000
TITLE: Final = 60  # of every task, so that what was freed for one fits the next
DICE: Final = random.Random()  # noqa: S311 - no secret

NOWHERE: Final = 2_000_000_000  # and above it: ids that no task has
FAILING_FIRST: Final = 4  # slices before memory is measured
LONG_LOOKS: Final = 510  # before those: a history of 500 is full by then, of requests that are as long
FAILING_SLICES: Final = 8
FAILING_TARGET: Final = 20_000
FAILING_TITLE: Final = 40_000


def warm_up(ids: Iterator[int]) -> list[Ask]:
    """Return requests of every kind that comes later, and reads of so many tasks that honest caches are full."""
    mixed = [
        Ask("GET", "/activity"),
        *(read(next(ids)) for _ in range(READS_FIRST)),
        *(look() for _ in range(LOOKS_FIRST)),
    ]
    DICE.shuffle(mixed)
    return mixed + [one for _ in range(2) for one in calm_slice(ids)]


def calm_slice(ids: Iterator[int]) -> list[Ask]:
    """Return a slice of traffic in which all is well: reads, changes, and looks at what needs no database."""
    fresh = [next(ids) for _ in range(READS)]
    asks = [
        *map(read, fresh),
        *(look() for _ in range(LOOKS)),
        Ask("GET", "/tasks?limit=3", headers=agent()),
    ]
    DICE.shuffle(asks)
    return asks + changes(fresh[:CHANGES])


def changes(ids: Sequence[int]) -> list[Ask]:
    """Return changes of tasks, each read again after it."""
    return [
        one
        for task_id in ids
        for one in (Ask("PUT", f"/tasks/{task_id}", body={"title": noise(TITLE)}, headers=agent()), read(task_id))
    ]


def warm_up_again(ids: Iterator[int]) -> list[Ask]:
    """Return what goes before traffic that is refused in a process that is new."""
    looks = [look(FAILING_TARGET) for _ in range(LONG_LOOKS)]
    return looks + [one for _ in range(FAILING_FIRST) for one in failing_slice(ids)]


def failing_slice(ids: Iterator[int]) -> list[Ask]:
    """Return a slice of traffic that is refused: what is not there, and what does not validate."""
    asks = [
        *(Ask("GET", f"/tasks/{nowhere()}?{noise(FAILING_TARGET)}", 404) for _ in range(14)),
        *(Ask("PUT", f"/tasks/{nowhere()}", 404, {"title": "x"}) for _ in range(2)),
        *(Ask("DELETE", f"/tasks/{nowhere()}", 404) for _ in range(2)),
        *(Ask("POST", "/tasks", 422, {"title": noise(FAILING_TITLE)}) for _ in range(8)),
        *(Ask("PUT", f"/tasks/{next(ids)}", 422, {"status": noise(FAILING_TITLE)}) for _ in range(2)),
        *(Ask("GET", f"/{noise(FAILING_TARGET)}", None) for _ in range(2)),
    ]
    DICE.shuffle(asks)
    return asks


def read(task_id: int) -> Ask:
    """Return the read of a task."""
    return Ask("GET", f"/tasks/{task_id}?{noise(TARGET)}", headers=agent())


def look(length: int = TARGET) -> Ask:
    """Return a request that needs no database."""
    return Ask("GET", f"/health?{noise(length)}", headers=agent())


def agent() -> dict[str, str]:
    """Return the header of a client that nobody has seen before."""
    return {"User-Agent": f"client/{noise(AGENT)}"}


def noise(length: int) -> str:
    """Return a text that does not come twice."""
    return secrets.token_hex(length // 2)


def nowhere() -> int:
    """Return an id that no task has."""
    return NOWHERE + secrets.randbelow(100_000_000)
