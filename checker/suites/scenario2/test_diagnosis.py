"""diagnosis: the incident note names what is at work, and nothing else."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from checker.kit.expect import proves
from checker.kit.incident import expect_diagnosis, read_incident

if TYPE_CHECKING:
    from checker.kit.fixtures import Service

CAUSES: Final = frozenset(
    {
        "counted-in-the-service",
        "events-not-indexed",
        "index-does-not-fit-the-filter",
        "one-query-a-row",
        "status-not-indexed",
    }
)
DECOYS: Final = frozenset(
    {
        "connection-pool-exhausted",
        "event-loop-blocked",
        "leading-wildcard",
        "lock-waits",
        "queue-in-the-way",
        "sorts-spill-to-disk",
        "stale-statistics",
    }
)


@proves("diagnosis")
def test_the_note_names_what_is_at_work(service: Service) -> None:
    """The causes and no decoy."""
    expect_diagnosis(read_incident(service), CAUSES, CAUSES | DECOYS)
