"""The tasks that task3's suite pages through.

The calm ones have times of whole minutes and ids in their order: whoever cannot go through these by links has broken
links, whatever is wrong with the cursors. The mixed ones have equal times, times a microsecond apart, and ids in no
order, and are of the hour that Europe's clocks went through twice, where a local time tells no moment.
"""

from __future__ import annotations

import secrets
from datetime import UTC, datetime, timedelta
from typing import Final

from checker.kit.task_rows import NewTask

DICE: Final = secrets.SystemRandom()
A_DAY: Final = timedelta(days=1)
MICROSECOND: Final = timedelta(microseconds=1)

CALM: Final = {"pending": 26, "failed": 5, "completed": 14}  # tasks by status; none in processing
CALM_COUNT: Final = 45

# (how many, how far apart): from the newest to the oldest, a step of some seconds between one run and the next.
RUNS: Final = (
    (15, timedelta(minutes=1)),
    (25, timedelta(0)),
    (30, timedelta(milliseconds=1)),
    (40, timedelta(0)),
    (20, MICROSECOND),
)
MIXED_COUNT: Final = 130
MIXED: Final = {"processing": 26, "failed": 14, "pending": 55, "completed": 35}
# All came before this. Clocks were put back at 01:00, in the middle of the runs; their microseconds cross a second.
LAST: Final = datetime(2025, 10, 26, 1, 15, 25, 999_990, UTC)


def calm_tasks() -> list[NewTask]:
    """Return the calm tasks, oldest first."""
    start = datetime.now(UTC).replace(second=0, microsecond=0) - A_DAY
    return [NewTask(status, start + timedelta(minutes=number)) for number, status in enumerate(shuffled_statuses(CALM))]


def mixed_tasks() -> list[NewTask]:
    """Return the mixed tasks in no order."""
    times: list[datetime] = []
    moment = LAST
    for count, step in RUNS:
        moment -= timedelta(seconds=7)
        for _ in range(count):
            moment -= step
            times.append(moment)
    tasks = [NewTask(status, time) for status, time in zip(spread_statuses(), times, strict=True)]
    return DICE.sample(tasks, len(tasks))


def shuffled_statuses(counts: dict[str, int]) -> list[str]:
    """Return so many of each status, in no order."""
    statuses = [status for status, count in counts.items() for _ in range(count)]
    return DICE.sample(statuses, len(statuses))


def spread_statuses() -> list[str]:
    """Return the statuses of the mixed tasks, spread so that each run of times has some of every status."""
    places = [((number + 0.5) / count, status) for status, count in MIXED.items() for number in range(count)]
    return [status for _, status in sorted(places)]
