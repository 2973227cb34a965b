"""stored: the answer and the row agree."""

from __future__ import annotations

from typing import TYPE_CHECKING

from checker.kit.expect import expect, proves
from checker.kit.tasks import task_of

if TYPE_CHECKING:
    from checker.kit.fixtures import Service
    from checker.kit.http import Reply


@proves("stored")
def test_the_answer_is_201(posted: Reply) -> None:
    """POST /tasks answers 201 with the task."""
    task_of(posted.expect_status(201))


@proves("stored")
def test_the_row_is_there(service: Service, posted: Reply) -> None:
    """The table holds the task."""
    status = service.database.task_status("Water the plants")
    expect(status is not None, expected="a row for the task", seen="no such row", repeat=posted.request)
