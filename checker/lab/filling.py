"""The rows that a lab's table holds when it begins: slow queries are quick on an empty one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import psycopg

from checker.lab.mix import Known
from checker.runner.service import Stopped

if TYPE_CHECKING:
    from checker.lab.plan import Load
    from checker.lab.stack import LabStack

KNOWN_ROWS: Final = 1_000  # that requests ask for
TASKS: Final = """
    INSERT INTO tasks (title, description, status, created_at, updated_at)
    SELECT left(md5((n %% greatest(%(rows)s / 20, 1))::text), 8) || ' parcel ' || n, 'To be packed.',
           CASE WHEN n %% 1600 = 7 THEN 'failed' WHEN n %% 20 = 0 THEN 'pending' ELSE 'completed' END,
           now() - (%(rows)s - n) * interval '1 second', now() - (%(rows)s - n) * interval '1 second'
    FROM generate_series(1, %(rows)s) AS n
"""
SOME: Final = "SELECT id, title FROM tasks ORDER BY random() LIMIT %s"


async def fill(stack: LabStack, load: Load) -> list[Known]:
    """Fill the tables as `load` says; return some of the tasks. `Stopped` where the service's tables refuse that."""
    try:
        async with await psycopg.AsyncConnection.connect(stack.postgres.dsn("grader"), autocommit=True) as owner:
            if load.rows:
                await owner.execute(TASKS, {"rows": load.rows})
            if load.fill:
                await owner.execute(load.fill.encode())
            found = await (await owner.execute(SOME, [KNOWN_ROWS])).fetchall()
    except psycopg.Error as error:
        raise Stopped(f"the tables cannot be filled: {error}") from error
    async with await psycopg.AsyncConnection.connect(stack.postgres.dsn("postgres"), autocommit=True) as superuser:
        await superuser.execute("VACUUM (ANALYZE)")
    return [Known(identifier, title) for identifier, title in found]
