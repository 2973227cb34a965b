"""diagnosis: the incident note names what is at work, and nothing else."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from checker.kit.expect import proves
from checker.kit.incident import expect_diagnosis, read_incident

if TYPE_CHECKING:
    from checker.kit.fixtures import Service

CAUSES: Final = frozenset(
    {
        "batch-fails-as-one",
        "error-reported-as-success",
        "message-before-commit",
        "redelivery-not-idempotent",
        "visibility-not-extended",
    }
)
DECOYS: Final = frozenset(
    {
        "connection-pool-exhausted",
        "dead-letter-queue-missing",
        "event-source-disabled",
        "function-throttled",
        "message-body-changed",
        "permission-missing",
        "retention-too-short",
        "wrong-failure-identifier",
    }
)


@proves("diagnosis")
def test_the_note_names_what_is_at_work(service: Service) -> None:
    """The causes and no decoy."""
    expect_diagnosis(read_incident(service), CAUSES, CAUSES | DECOYS)
