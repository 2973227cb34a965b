"""Keeping the verdicts of checks, beside the checks: nothing of the records delays a verdict or makes a check fail."""

from __future__ import annotations

import os
import sys
import threading
from queue import SimpleQueue
from typing import TYPE_CHECKING, Any, Final

from checker.errors import WorkbenchError
from checker.verdict import Result

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import TracebackType

    from checker.verdict import Verdict

THREAD: Final = "keeper"
STARTED: Final = "api"  # the phase after which this process has nothing to do but wait for the suite
NICE: Final = 5  # of the thread that imports and opens everything: the checks come first, on a busy machine too


class Keeper:
    """Keeps what a command grades, under a candidate's name or, without one, as this user's own practice.

    A verdict `error` says nothing about anyone and is not kept, nor is one that repeats the last of its kata. A
    thread of its own opens the records and writes. Leaving the context waits for it, and warns once where the records
    cannot be used.
    """

    def __init__(self, candidate: str | None, warn: Callable[[str], None]) -> None:
        self._candidate = candidate
        self._warn = warn
        self._verdicts: SimpleQueue[Verdict | None] = SimpleQueue()
        self._thread: threading.Thread | None = None
        self._starting = threading.Lock()  # several katas are checked at a time, each on a thread
        self._trouble: WorkbenchError | None = None
        self._last: dict[str, object] = {}

    def __enter__(self) -> Keeper:  # noqa: PYI034 - `Self` says no more of a class that nothing inherits
        return self

    def __exit__(self, kind: type[BaseException] | None, value: BaseException | None, tb: TracebackType | None) -> None:
        self._verdicts.put(None)
        if self._thread is not None and (kind is None or issubclass(kind, Exception)):  # who was told to stop does
            self._thread.join()
        if self._trouble is not None:
            self._warn(f"workbench: the verdict is not kept: {self._trouble.message}")
        if self._trouble is not None and self._trouble.next_step:
            self._warn(f"next: {self._trouble.next_step}")

    def hearing(self, tell: Callable[[dict[str, Any]], None]) -> Callable[[dict[str, Any]], None]:
        """Return what passes a run's events on, and opens the records once the checks run."""

        def hear(event: dict[str, Any]) -> None:
            tell(event)
            if event.get("phase") == STARTED:
                self._start()

        return hear

    def keep(self, verdict: Verdict) -> Verdict:
        """Let a verdict be kept, and return it."""
        found = (verdict.result, verdict.cause, [one.status for one in verdict.requirements])
        if verdict.result is not Result.ERROR and self._last.get(verdict.kata.id) != found:
            self._last[verdict.kata.id] = found
            self._start()
            self._verdicts.put(verdict)
        return verdict

    def _start(self) -> None:
        with self._starting:
            if self._thread is None:
                self._thread = threading.Thread(target=self._work, name=THREAD, daemon=True)
                self._thread.start()

    def _work(self) -> None:
        if sys.platform == "linux":
            os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), NICE)  # of this thread alone, there
        try:
            self._write()
        except WorkbenchError as error:
            self._trouble = error

    def _write(self) -> None:
        from records.database import open_records
        from records.verdicts import VerdictStore

        with open_records() as records:
            store = VerdictStore(records)
            while (verdict := self._verdicts.get()) is not None:
                store.add(verdict, self._candidate)
