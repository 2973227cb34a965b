"""prioritised: the column and its default."""

from __future__ import annotations

from typing import TYPE_CHECKING

from checker.kit.expect import NotRun, expect, proves

if TYPE_CHECKING:
    from checker.kit.fixtures import Service
    from checker.kit.http import Reply

COLUMNS = """
SELECT attname FROM pg_catalog.pg_attribute
WHERE attrelid = 'public.tasks'::pg_catalog.regclass AND attname = 'priority' AND NOT attisdropped
"""


@proves("prioritised")
def test_the_column_is_there(service: Service) -> None:
    """The table has the column."""
    expect(service.database.rows(COLUMNS), expected="a column `priority` of the table `tasks`", seen="no such column")


@proves("prioritised")
def test_the_priority_is_zero(service: Service, posted: Reply) -> None:
    """A task that names no priority has priority 0."""
    if posted.status != 201 or not service.database.rows(COLUMNS):
        raise NotRun("there is no task with a priority")
    found = service.database.rows("SELECT priority FROM public.tasks")
    expect(found == [(0,)], expected="priority 0 for the one task", seen=found)
