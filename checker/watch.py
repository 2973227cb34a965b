"""Checking again whenever a file is saved.

A run is always prepared ahead: its stack and suite are up, and wait for the files as they are at the next save. A
save while a check is under way ends that check, as nobody wants its answer any more. What failed last is looked at
first.
"""

from __future__ import annotations

import threading
from contextlib import ExitStack
from dataclasses import dataclass, replace
from pathlib import Path
from queue import SimpleQueue
from typing import TYPE_CHECKING, Final, Protocol

import watchfiles

from checker.errors import WorkbenchError
from checker.verdict import Status
from checker.walk import LEFT_OUT

if TYPE_CHECKING:
    from collections.abc import Callable

    from checker.check import Check, Prepared, Request
    from checker.verdict import Verdict

DEBOUNCE_MS: Final = 50  # an editor writes a file in several steps
STEP_MS: Final = 10


class Screen(Protocol):
    """Where a watch shows what it does."""

    def working(self, what: str) -> None:
        """Say what is being done."""

    def show(self, verdict: Verdict) -> None:
        """Show a verdict."""

    def say(self, text: str) -> None:
        """Show a text: a hint, an error."""


class Keys(Protocol):
    """Where a watch gets its keys from."""

    def listen(self, into: SimpleQueue[Event]) -> None:
        """Put every key that is pressed into the queue, from a thread of its own."""


@dataclass(frozen=True)
class Event:
    """Something that happened: a `save`, a `key`, a `verdict` or a `failure`, with what belongs to it."""

    kind: str
    key: str = ""
    run: int = 0
    verdict: Verdict | None = None
    text: str = ""


class Saves(watchfiles.DefaultFilter):
    """Lets the changes through that can change a verdict."""

    def __call__(self, change: watchfiles.Change, path: str) -> bool:
        """Whether a change counts."""
        return LEFT_OUT.isdisjoint(Path(path).parts) and super().__call__(change, path)


class Watch:
    """Watches one folder for one kata until it is told to quit."""

    def __init__(self, check: Check, request: Request, screen: Screen, keys: Keys) -> None:
        self._check = check
        self._request = request
        self._screen = screen
        self._keys = keys
        self._events: SimpleQueue[Event] = SimpleQueue()
        self._stop = threading.Event()
        self._run = 0
        self._current: Prepared | None = None
        self._latest: Prepared | None = None  # the last one that was given something to check
        self._cleanups: dict[int, ExitStack] = {}
        self.last: Verdict | None = None

    def run(self, hint: Callable[[Verdict | None], str], remember: Callable[[Verdict], Verdict]) -> None:
        """Check now and after every save; `h` gives a hint, `a` checks again, `q` quits.

        `remember` gets every verdict and returns it as it is to be shown.
        """
        threading.Thread(target=self._watch_files, daemon=True).start()
        self._keys.listen(self._events)
        try:
            self._prepare()
            self._start()
            while (event := self._events.get()).key != "q":
                self._take(event, hint, remember)
        finally:
            self._stop.set()
            self._finish_all()

    def _take(
        self, event: Event, hint: Callable[[Verdict | None], str], remember: Callable[[Verdict], Verdict]
    ) -> None:
        if event.kind == "save" or event.key == "a":
            self._start()
        elif event.kind in {"verdict", "failure"} and event.run == self._run:
            self._settle(event, remember)
        elif event.key == "h":
            self._screen.say(hint(self.last))

    def _settle(self, event: Event, remember: Callable[[Verdict], Verdict]) -> None:
        """Show how the current run ended, then clear up after it and prepare the next one."""
        if event.verdict is not None:
            self.last = remember(event.verdict)
            self._screen.show(self.last)
        else:
            self._screen.say(event.text)
        self._finish(event.run)
        self._prepare()

    def _prepare(self) -> None:
        """Start the run that the next save will use."""
        self._run += 1
        self._request = replace(self._request, first=failing(self.last))
        cleanup = self._cleanups[self._run] = ExitStack()
        self._current = cleanup.enter_context(self._check.prepare(self._request))
        if self._latest is not None and self._latest.job is not None:
            self._current.expect(self._latest.job)

    def _start(self) -> None:
        """Check the files as they are now; a run under way is ended."""
        if self._current is None:
            self._abandon()
            self._prepare()
        prepared, self._current = self._current, None
        if prepared is not None:
            self._latest = prepared
            self._screen.working("checking")
            threading.Thread(target=self._work, args=(self._run, prepared), daemon=True).start()

    def _work(self, run: int, prepared: Prepared) -> None:
        try:
            verdict = self._check.verdict(self._request, prepared)
            self._events.put(Event("verdict", run=run, verdict=verdict))
        except WorkbenchError as error:
            self._events.put(Event("failure", run=run, text=error.message))
        except (OSError, ValueError):
            if run == self._run:  # a run that was given up loses its pipes and its folder in any order
                raise

    def _abandon(self) -> None:
        """End the run under way; its answer is dropped, because its number is no longer the current one."""
        given_up = self._run
        self._run += 1
        self._finish(given_up)

    def _finish(self, run: int) -> None:
        cleanup = self._cleanups.pop(run, None)
        if cleanup is not None:
            cleanup.close()

    def _finish_all(self) -> None:
        for run in list(self._cleanups):
            self._finish(run)

    def _watch_files(self) -> None:
        changes = watchfiles.watch(
            self._request.submitted.origin.path or Path(),
            watch_filter=Saves(),
            debounce=DEBOUNCE_MS,
            step=STEP_MS,
            stop_event=self._stop,
            raise_interrupt=False,
        )
        for _ in changes:
            self._events.put(Event("save"))


def failing(verdict: Verdict | None) -> tuple[str, ...]:
    """Return the requirements that did not pass."""
    results = verdict.requirements if verdict else ()
    return tuple(one.requirement.id for one in results if one.status is not Status.PASS)
