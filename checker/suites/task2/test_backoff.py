"""exponential-backoff: 1 s, 2 s and 4 s from the end of an attempt to the start of the next."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Final

import pytest

from checker.kit.expect import expect, proves
from checker.suites.task2.judging import is_retried, is_told
from checker.suites.task2.schedules import EVERY_KIND, FAILING_AT_ONCE, OPERATIONS, SPENT_OPERATIONS, WAITS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from checker.kit.lanes import Attempt
    from checker.suites.task2.trial import Trial

EARLY: Final = 0.1  # seconds; the contract's tolerances
LATE: Final = 0.5
JITTER: Final = 1.1  # times the wait


def expect_waits(trial: Trial, attempts: Sequence[Attempt], what: str) -> None:
    """Refute the back-off where a wait is too short or too long; more retries than three are judged elsewhere."""
    pairs = list(pairwise(attempts))[: len(WAITS)]
    gaps = [later.started - earlier.ended for earlier, later in pairs]
    late = [LATE + trial.lag(earlier.ended, later.started) for earlier, later in pairs]
    shown = ", ".join(f"{gap:.2f}" for gap in gaps) or "no retry"
    nominal = ", ".join(f"{wait:g}" for wait in WAITS[: max(len(gaps), 1)])
    right = [low - EARLY <= gap <= low * JITTER + more for gap, low, more in zip(gaps, WAITS, late, strict=False)]
    expect(gaps and all(right), expected=f"waits of {nominal} s when {what}", seen=f"{shown} s")


@proves("exponential-backoff")
@pytest.mark.parametrize("name", FAILING_AT_ONCE)
def test_post_waits_between_attempts(trial: Trial, name: str) -> None:
    """A send that fails is repeated after 1 s, 2 s and 4 s, whatever failed."""
    attempts, plan = trial.posts[name].attempts, FAILING_AT_ONCE[name]
    if is_told(trial, name) and (len(attempts) > 1 or is_retried(trial, attempts, plan.faults)):
        expect_waits(trial, attempts, plan.title)


@proves("exponential-backoff")
@pytest.mark.parametrize("operation", SPENT_OPERATIONS)
def test_the_client_waits_between_attempts(trial: Trial, operation: str) -> None:
    """Receive and delete are repeated after the same waits."""
    attempts = trial.spent.attempts[OPERATIONS[operation]]
    if len(attempts) > 1 or is_retried(trial, attempts, EVERY_KIND):
        expect_waits(trial, attempts, f"every attempt to {operation} fails")


@proves("exponential-backoff")
@pytest.mark.parametrize("operation", SPENT_OPERATIONS)
def test_every_call_begins_with_the_shortest_wait(trial: Trial, operation: str) -> None:
    """A call after one that was given up waits 1 s before its first retry, as any other."""
    again = trial.spent.again.get(OPERATIONS[operation], [])
    if len(again) > 1:
        expect_waits(trial, again[:2], f"{operation} fails once after a call that was given up")
