"""diagnosis: what was wrong, in the words of the README."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from checker.kit.expect import proves
from checker.kit.incident import expect_diagnosis, read_incident

if TYPE_CHECKING:
    from checker.kit.fixtures import Service

CAUSES: Final = frozenset({"history-without-end", "cache-without-bound", "sessions-not-closed"})
DECOYS: Final = frozenset(
    {
        "client-per-request",
        "export-in-memory",
        "fragmentation",
        "log-records-kept",
        "middleware-added-again",
        "pool-too-small",
        "reference-cycles",
        "statements-never-the-same",
        "threads-pile-up",
    }
)


@proves("diagnosis")
def test_the_causes_are_named(coming_service: Service) -> None:
    """Exactly the causes that are at work, each by its id."""
    expect_diagnosis(read_incident(coming_service), CAUSES, CAUSES | DECOYS)
