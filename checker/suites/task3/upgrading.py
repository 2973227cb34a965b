"""A list of tasks that were there before the migrations, where these store anything that could lack them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from checker.kit.task_rows import TaskRows
from checker.kit.tasks import TaskApi
from checker.kit.upgrade import apart, make_upgrade
from checker.suites.task3 import tasks
from checker.suites.task3.walks import Walk, Walker

if TYPE_CHECKING:
    from collections.abc import Mapping

    from checker.kit.fixtures import Service
    from checker.kit.task_rows import NewTask

NAME: Final = "upgraded"
LIMIT: Final = 10
MIXED: Final = slice(40)  # of the mixed tasks: some of them share their time, or the second or millisecond of it
# Whether anything is stored outside the starter's own tables and columns; indexes store nothing of their own.
STORES: Final = """
SELECT EXISTS (
    SELECT FROM pg_class c WHERE c.relkind IN ('r', 'p', 'm', 'S', 'f')
        AND c.relnamespace::regnamespace::text !~ '^(pg_|information_schema)' AND c.relpersistence <> 't'
        AND c.relname NOT IN ('alembic_version', 'tasks', 'tasks_id_seq')
) OR EXISTS (
    SELECT FROM pg_attribute a WHERE a.attrelid = 'public.tasks'::regclass AND a.attnum > 0 AND NOT a.attisdropped
        AND a.attname NOT IN ('id', 'title', 'description', 'status', 'created_at', 'updated_at')
)
"""


@dataclass(frozen=True)
class Upgraded:
    """The tasks that were there, why the migration failed or no API started, if so, and the pages that showed them."""

    tasks: Mapping[int, NewTask]
    failure: str | None
    walk: Walk | None = None


def upgrade(service: Service, api: TaskApi) -> Upgraded | None:
    """Fill a database at the starter's revision, let the migrations run, and page through it.

    None where nothing is stored beside the tasks: there is nothing then that a migration could have left out. Nor is it
    done where tasks have owners, as those from before belong to nobody.
    """
    if api.logged_in or service.database.rows(STORES) == [(False,)]:
        return None
    second = make_upgrade(service, NAME)
    wanted = tasks.mixed_tasks()[MIXED]
    there = dict(zip(TaskRows(second.database, api).add(wanted), wanted, strict=True))
    if (failure := second.migrate()) is not None:
        return Upgraded(there, failure)
    url = second.start_api(apart(service, NAME))
    if url is None:
        return Upgraded(there, "the API does not start on it")
    walk = Walker(TaskApi(url), limit=LIMIT).walk(-(-len(there) // LIMIT))
    second.stop_api()
    return Upgraded(there, None, walk)
