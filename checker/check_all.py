"""Checking a folder for several katas, some at a time."""

from __future__ import annotations

from concurrent.futures import Future, ThreadPoolExecutor, wait
from operator import itemgetter
from typing import TYPE_CHECKING, Any, Final, TypeVar

from checker.stacks.live import abort_all

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from checker.check import Check, Request
    from checker.verdict import Verdict

JOBS: Final = 2  # a check waits as much as it works, but a third would make the waits of a second late
LOOK_SECONDS: Final = 0.2  # between two looks for a run that was only beginning when all were ended

Item = TypeVar("Item")
Done = TypeVar("Done")


def check_all(check: Check, requests: Sequence[Request], jobs: int = JOBS) -> list[Verdict]:
    """Return a verdict a request, in their order; whoever stops this ends every run.

    What takes longest is begun first, so that nobody waits for it alone at the end.
    """
    usual = [check.catalog.load(request.kata).seconds.usual for request in requests]
    places = sorted(range(len(requests)), key=lambda place: -usual[place])
    verdicts = side_by_side(check.verdict, [requests[place] for place in places], jobs)
    return [verdict for _, verdict in sorted(zip(places, verdicts, strict=True), key=itemgetter(0))]


def side_by_side(
    work: Callable[[Item], Done], items: Sequence[Item], jobs: int, stopping: Callable[[], None] = lambda: None
) -> list[Done]:
    """Do the work for each item, so many at a time; where that is stopped, say so by `stopping` and end every run."""
    with ThreadPoolExecutor(jobs) as pool:
        pending = [pool.submit(work, item) for item in items]
        try:
            return [one.result() for one in pending]
        except BaseException:
            stopping()
            end_all(pending)
            raise


def end_all(pending: Sequence[Future[Any]]) -> None:
    """End what is under way, and begin nothing more."""
    for one in pending:
        one.cancel()
    while not all(one.done() for one in pending):
        abort_all()
        wait(pending, LOOK_SECONDS)
