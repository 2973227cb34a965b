"""The errors that a person may meet: their exit statuses and what they carry."""

from __future__ import annotations

import pytest

from checker.errors import ExitStatus, InfrastructureError, SubmissionError, UsageError, WorkbenchError


@pytest.mark.parametrize(
    ("kind", "status"), [(UsageError, 2), (SubmissionError, 1), (InfrastructureError, 3), (WorkbenchError, 3)]
)
def test_each_kind_has_the_exit_status_of_the_contract(kind: type[WorkbenchError], status: int) -> None:
    """A wrong call is 2, the submission's doing 1, our own trouble 3."""
    assert kind("x").exit_status == status
    assert issubclass(kind, WorkbenchError)


def test_an_error_carries_what_to_type_next() -> None:
    """Message, next step and log are kept as they are given, and the message is the error's text."""
    error = SubmissionError("what happened", log="its last lines", next_step="type this")
    assert (str(error), error.message, error.log, error.next_step) == (
        *("what happened", "what happened"),
        *("its last lines", "type this"),
    )
    assert UsageError("x").next_step is None


def test_the_statuses_are_those_of_the_contract() -> None:
    """Every status that the contract names is there, and none besides."""
    assert sorted(ExitStatus) == [0, 1, 2, 3, 130, 143]
