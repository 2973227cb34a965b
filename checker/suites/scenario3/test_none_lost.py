"""none-lost: every task that the API took is completed in the end, whatever went wrong on the way."""

from __future__ import annotations

from typing import TYPE_CHECKING

from checker.kit.expect import expect, proves
from checker.suites.scenario3.judging import expect_none_lost, strangers

if TYPE_CHECKING:
    from checker.suites.scenario3.trial import Trial


@proves("none-lost")
def test_a_slow_commit_loses_nothing(trial: Trial) -> None:
    """No message leaves before its task is there for the worker to see."""
    made = trial.slow_commit.get()
    reply = made.reply.expect_status(201)
    expect(
        made.fate is not None and made.fate.status == "completed" and made.fate.completions,
        expected="a task completed whose commit took a while, the worker being ready all the time",
        seen=f"{made.fate or 'no such task'}",
        repeat=reply.request,
    )


@proves("none-lost")
def test_a_queue_that_refuses_loses_nothing(trial: Trial) -> None:
    """The task is not there, or failed, or completed later; with 201 it is completed."""
    made = trial.refusing.get()
    fate = made.fate
    well = fate is not None and fate.status == "completed" and fate.completions
    given_up = made.reply.status != 201 and (fate is None or fate.status in {None, "failed"})
    expect(
        well or given_up,
        expected="no task left without a message where the queue refused it (access denied) during POST /tasks: it is"
        " completed later or, where the answer was an error, failed or not there",
        seen=f"{made.reply.status}, and then: {fate or 'no such task'}",
        repeat=made.reply.request,
    )


@proves("none-lost")
def test_a_worker_that_dies_and_a_database_that_breaks_off_lose_nothing(trial: Trial) -> None:
    """The batch comes back and is completed."""
    seen = trial.crashes.get()
    after = "the worker was killed in the middle of a batch and the database broke connections off at the last step"
    expect_none_lost(seen.fates, seen.tasks, after)


@proves("none-lost")
def test_repeated_and_interrupted_tasks_are_completed(trial: Trial) -> None:
    """A second message does no harm, and a task that stands in `processing` is taken up again."""
    seen = trial.twice.get()
    expect_none_lost(seen.fates, seen.tasks, "messages came twice, or their task stood in processing")


@proves("none-lost")
def test_long_work_is_completed(trial: Trial) -> None:
    """It is completed, and so is what came behind it."""
    seen = trial.long.get()
    expect_none_lost(seen.fates, seen.tasks, "a work that took longer than the visibility time-out")


@proves("none-lost")
def test_the_accounts_balance(trial: Trial) -> None:
    """In the end nothing is in flight, and no good message is a dead letter."""
    account, poison = trial.account.get(), trial.poison.get()
    expect(not account.waiting, expected="no message left on the queue when all is done", seen=account.waiting)
    found = strangers(account.dead, (poison.broken_body, poison.nonsense, *poison.neighbour_bodies))
    expect(not found, expected="no dead letters but those that cannot be processed", seen=found)
