"""retry-logging: one record for each retry, at WARNING or above, with operation, number and wait."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Final

import pytest

from checker.kit.expect import expect, proves
from checker.suites.task2.judging import is_retried, is_told, step, was_done
from checker.suites.task2.retry_log import Record, fits, names, numbers, records, unglued
from checker.suites.task2.schedules import EVERY_KIND, FAILING_AT_ONCE, OPERATIONS, SPENT_OPERATIONS, WAITS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from checker.kit.lanes import Attempt
    from checker.suites.task2.trial import Trial

FIRST_NUMBERS: Final = (0, 1, 2)  # retries or attempts, counted from 0 or 1 (the contract)
LATE: Final = 0.5  # seconds from a record being written to its line arriving here, on a busy machine
SHOWN: Final = 4
RETRYING: Final = re.compile(r"retr(?:y|ies)|attempt|back.?off", re.IGNORECASE)  # of a wait of nothing at all
BY_IMPORT: Final = "in the log of a process that imports app.main and uses SQSClient, and serves nothing"
A_RECORD: Final = "one record at WARNING or above with the operation, the retry's number and the wait in seconds"


@dataclass(frozen=True)
class Retry:
    """One retry as the queue saw it: its index from 0, the wait before it, and when its record is to be written.

    For some seconds of the wait this machine was `late`, or the submission waited longer than it was to: the back-off's
    own check judges that, and a record may tell the wait that was meant.
    """

    index: int
    gap: float
    since: float
    until: float
    late: float = 0.0


def retries(trial: Trial, attempts: Sequence[Attempt]) -> list[Retry]:
    """Return the retries among attempts of one call."""
    return [retry_of(trial, index, *pair) for index, pair in enumerate(pairwise(attempts))]


def retry_of(trial: Trial, index: int, before: Attempt, after: Attempt) -> Retry:
    """Return the retry between two attempts."""
    gap = after.started - before.ended
    late = max(trial.lag(before.ended, after.started), gap - WAITS[index] if index < len(WAITS) else 0.0)
    arrival = LATE + trial.lag(after.started, after.started + LATE)
    return Retry(index, gap, before.started, after.started + arrival, late)


def count(found: Sequence[Record], retry: Retry, first_number: int) -> int:
    """Count the records that tell of a retry, if the numbers begin at `first_number`."""
    return sum(
        retry.since <= record.at <= retry.until and record.tells(first_number + retry.index, retry.gap, retry.late)
        for record in found
    )


def once_each(counts: Sequence[int]) -> bool:
    """Whether every retry has a record, and not every one has two.

    Numbers that mean something else may make one more record look like a retry's here and there; a record that is
    written twice is so each time.
    """
    return all(counts) and min(counts, default=0) == 1


def grave_of(log: Sequence[Record], operation: str) -> list[Record]:
    """Return the records at WARNING or above that name an operation."""
    return [record for record in log if record.is_warning and names(record.text, operation)]


def what_is_missing(log: Sequence[Record], operation: str, made: Sequence[Retry]) -> str:
    """Say of which retries there is no record, and what those lack that come near to one."""
    grave = grave_of(log, operation)
    missing = min((untold(grave, made, first) for first in FIRST_NUMBERS), key=len)
    if not missing:
        return f"not one record for each retry:\n{shown(during(grave, made))}"
    which = f"none for {len(missing)} of them, the first of which came after {missing[0].gap:.2f} s"
    near = during(log, missing)
    whole = [record for record in grave_of(near, operation) if tells_of(record, made)]
    for records_of_it, lack in nearly([record for record in near if record not in whole], operation, missing):
        if records_of_it:
            return f"{which}; {lack}:\n{shown(records_of_it)}"
    if whole:
        return f"{which}; {len(whole)} records tell of others at that time, such as:\n{shown(whole)}"
    return f"{which}; all that name {operation} at WARNING or above:\n{shown(during(grave, made)) or 'nothing'}"


def tells_of(record: Record, made: Sequence[Retry]) -> bool:
    """Whether a record tells of one of the retries, whatever their numbers begin at."""
    return any(count([record], retry, first) for retry in made for first in FIRST_NUMBERS)


def nearly(near: Sequence[Record], operation: str, missing: Sequence[Retry]) -> list[tuple[list[Record], str]]:
    """Return the records that lack one thing to tell of a missing retry, with what they lack."""
    telling = [record for record in near if tells_of(record, missing)]
    named = grave_of(near, operation)
    waiting = [one for one in named if any(fits(n, m.gap, m.late) for m in missing for n in numbers(one.text))]
    return [
        (
            [one for one in telling if one.is_warning and not names(one.text, operation)],
            "these do not name the operation",
        ),
        ([one for one in telling if not one.is_warning and names(one.text, operation)], "these stand below WARNING"),
        (waiting, "these tell no consecutive number beside the wait"),
        ([one for one in named if RETRYING.search(one.text)], "these do not tell that wait in seconds"),
    ]


def untold(found: Sequence[Record], made: Sequence[Retry], first_number: int) -> list[Retry]:
    """Return the retries that no record tells of, if the numbers begin at `first_number`."""
    return [retry for retry in made if not count(found, retry, first_number)]


def during(found: Sequence[Record], made: Sequence[Retry]) -> list[Record]:
    """Return the records that were written when one of the retries was to be told of."""
    return [record for record in found if any(retry.since <= record.at <= retry.until for retry in made)]


def shown(found: Sequence[Record]) -> str:
    """Return the first records as a candidate reads them."""
    return "\n".join(record.text.splitlines()[0][:200] for record in found[:SHOWN])


@proves("retry-logging")
@pytest.mark.parametrize("operation", SPENT_OPERATIONS)
def test_every_retry_of_the_client_is_one_record(trial: Trial, operation: str) -> None:
    """Each retry of receive and delete is one record in the log of the process that made it."""
    attempts = trial.spent.attempts[OPERATIONS[operation]]
    if not attempts[1:] and not is_retried(trial, attempts, EVERY_KIND):
        return
    made = retries(trial, attempts)
    next_call = min((attempt.started for attempt in trial.spent.again.get(OPERATIONS[operation], [])), default=math.inf)
    log = [(at, text) for at, text in trial.spent.log if at < next_call]
    told = records(log)
    grave = grave_of(told, operation)
    right = any(once_each([count(grave, retry, first) for retry in made]) for first in FIRST_NUMBERS)
    expect(
        made and right,
        expected=f"for each of {len(made) or 3} retries of {operation} {A_RECORD}, {BY_IMPORT}",
        seen=what_is_missing(told, operation, made),
    )


@proves("retry-logging")
def test_every_retry_of_the_api_is_recorded(trial: Trial) -> None:
    """The API's log holds a record for each retry of the requests that failed side by side."""
    sent = [name for name in FAILING_AT_ONCE if is_told(trial, name)]
    made = [retry for name in sent for retry in retries(trial, trial.posts[name].attempts)]
    told = records(unglued(trial.log))
    grave = grave_of(told, "send")
    right = any(enough(grave, made, first) for first in FIRST_NUMBERS)
    expect(
        made and right,
        expected=f"for each of {len(made) or 29} retries of send {A_RECORD}, in the API's log",
        seen=what_is_missing(told, "send", made),
    )


def enough(found: Sequence[Record], made: Sequence[Retry], first_number: int) -> bool:
    """Whether there are as many records as retries of each index; which belongs to which request nobody can tell."""
    counts = []
    for index in {retry.index for retry in made}:
        same = [retry for retry in made if retry.index == index]
        having = sum(any(count([record], retry, first_number) for retry in same) for record in found)
        counts.append(having // len(same))
    return once_each(counts)


@proves("retry-logging")
def test_nothing_is_recorded_where_nothing_failed(trial: Trial) -> None:
    """Requests and calls that succeed at once leave no record of a retry."""
    clean_until = step(trial, "long-receive").at if was_done(trial, "long-receive") else 0.0
    clean = [(at, text) for at, text in trial.mixed.log if trial.mixed.began <= at <= clean_until]
    quiet = [(at, text) for at, text in trial.quiet_log if at >= trial.quiet.started]
    for log in (quiet, clean):
        told = [record for record in records(log) if record.is_warning and tells_of_any_retry(record)]
        expect(
            not told,
            expected="no record of a retry where nothing failed",
            seen=told[0].text[:200] if told else "",
        )


def tells_of_any_retry(record: Record) -> bool:
    """Whether a record looks like one of some retry of some operation."""
    named = any(names(record.text, operation) for operation in OPERATIONS)
    first = any(RETRYING.search(record.text) and record.tells(number, 0.0) for number in FIRST_NUMBERS)
    return named and (
        first or any(record.tells(first + index, wait) for first in FIRST_NUMBERS for index, wait in enumerate(WAITS))
    )
