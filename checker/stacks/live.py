"""The runs of this process that are under way, so that whoever is told to stop can end what other threads wait for."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, Protocol, Self

if TYPE_CHECKING:
    from collections.abc import Callable

    from checker.runner.job import Job, Outcome


class Run(Protocol):
    """A run of its own: prepared when it is made, given a submission by `check`, ended by `end` or with its context."""

    def __enter__(self) -> Self:
        """Return the run."""

    def __exit__(self, *_: object) -> None:
        """End the run."""

    def expect(self, job: Job) -> None:
        """Hear which job will probably come; a run may make ready for it."""

    def check(self, job: Job, tell: Callable[[dict[str, Any]], None]) -> Outcome:
        """Check a submission; `InfrastructureError` where the run ends without an outcome."""

    def abort(self) -> None:
        """End the run at once; whoever waits for its outcome gets an `InfrastructureError`."""


live: Final[set[Run]] = set()


def abort_all() -> None:
    """End every run of this process at once."""
    for run in tuple(live):
        run.abort()
