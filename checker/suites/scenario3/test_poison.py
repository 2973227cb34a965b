"""poison-to-dlq: what can never be processed ends in the dead-letter queue, alone."""

from __future__ import annotations

from typing import TYPE_CHECKING

from checker.kit.expect import expect, proves
from checker.suites.scenario3.judging import expect_none_lost, expect_none_twice

if TYPE_CHECKING:
    from checker.suites.scenario3.trial import Trial


@proves("poison-to-dlq")
def test_poison_ends_in_the_dead_letter_queue(trial: Trial) -> None:
    """After three receives, its body as it was sent."""
    seen = trial.poison.get()
    missing = [body for body in (seen.broken_body, seen.nonsense) if body not in seen.dead]
    expect(
        not missing,
        expected="the messages that cannot be processed in the dead-letter queue, as they were sent",
        seen=f"not there: {missing}; there: {list(seen.dead)}",
    )


@proves("poison-to-dlq")
def test_the_task_of_poison_is_failed(trial: Trial) -> None:
    """So that whoever made it can see it."""
    seen = trial.poison.get()
    fate = seen.fates[seen.broken]
    expect(
        fate.status == "failed" and not fate.completions,
        expected=f"task {seen.broken}, whose work cannot be done, `failed` once its message is a dead letter",
        seen=fate,
    )


@proves("poison-to-dlq")
def test_the_neighbours_of_poison_are_done(trial: Trial) -> None:
    """Those of the same batch, before it and behind it: completed once, and no dead letters."""
    seen = trial.poison.get()
    fates = {one: seen.fates[one] for one in seen.neighbours}
    names = dict(zip(("before the poison", "behind the poison"), seen.neighbours, strict=True))
    expect_none_lost(fates, names, "they were in one batch with messages that cannot be processed")
    expect_none_twice(fates, names, "they were in one batch with messages that cannot be processed")
    dead = [body for body in seen.dead if body in seen.neighbour_bodies]
    expect(not dead, expected="no message of a good task in the dead-letter queue", seen=dead)
