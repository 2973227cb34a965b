"""What several of task4's checks need to judge a trial."""

from __future__ import annotations

from typing import TYPE_CHECKING

from checker.kit.expect import NotRun, expect
from checker.suites.task4.bench import Source
from checker.suites.task4.changes import shows

if TYPE_CHECKING:
    from checker.suites.task4.changes import Aftermath, State
    from checker.suites.task4.trial import Trial


def expect_change_shown(aftermath: Aftermath, when: str) -> None:
    """Refute that a change was made, or that every GET which started after it shows it."""
    expect(
        aftermath.happened,
        expected=f"{wording(aftermath)} to be done {when}",
        seen=aftermath.answer,
        repeat=aftermath.repeat,
    )
    for seconds, reply in aftermath.gets:
        expect(
            shows(reply, aftermath.wanted),
            expected=f"{described(aftermath.wanted)} from a GET that starts after {wording(aftermath)} is done, {when}",
            seen=f"{seconds * 1000:.0f} ms after: {reply}",
            repeat="\n".join(filter(None, [aftermath.repeat, reply.request])),
        )


def wording(aftermath: Aftermath) -> str:
    """Return a change as the subject of a sentence."""
    return "the worker's change" if aftermath.change == "the worker" else aftermath.change


def described(state: State) -> str:
    """Return in words what a task has to show."""
    if state is None:
        return "404"
    return "a task with " + ", ".join(f"{name} {value!r}" for name, value in state.items())


def needs_copies(trial: Trial) -> None:
    """Raise `NotRun` where no task was ever served from a copy that stands in Redis."""
    serving = trial.serving.get()
    if serving.reading.source is not Source.COPY or serving.holder is None:
        raise NotRun("a second GET is not served from Redis")
