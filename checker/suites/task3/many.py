"""100,000 tasks of distinct times: the older part shows at once, the newer part when it is let.

On a branch without task 1 they are inserted while the API still starts. With it a row that comes by SQL belongs to
nobody: the rows are then copies of one that the API made for the grader's user, in all columns that the service
added and in all tables that refer to the task.

Where a trigger runs for each row, they come and go in small transactions: one that counts in a row of its own leaves as
many versions of that row as there are tasks, and looks through all that its transaction has made.
"""

from __future__ import annotations

from concurrent.futures import Future, ThreadPoolExecutor
from typing import TYPE_CHECKING, Any, Final

from psycopg import sql

from checker.kit.task_rows import make_task, writing

if TYPE_CHECKING:
    from collections.abc import Sequence

    import psycopg

    from checker.kit.database import Database
    from checker.kit.tasks import TaskApi

OLDER: Final = 30_000
ALL: Final = 100_000
PROMISED: Final = ("title", "description", "status", "created_at", "updated_at")
PART: Final = 2_000  # of them in a transaction, where a trigger runs for each
SOME: Final = 3
STATUS: Final = "completed"  # of all
REFUSED: Final = "100,000 tasks cannot be inserted by SQL"

ROW_TRIGGERS: Final = """
SELECT EXISTS (SELECT FROM pg_trigger WHERE tgrelid = 'public.tasks'::regclass AND NOT tgisinternal AND tgtype & 1 = 1)
"""
DELETE_PART: Final = "DELETE FROM public.tasks WHERE id IN (SELECT id FROM public.tasks LIMIT %s)"
USERS: Final = "SELECT to_regclass('public.users') IS NOT NULL"  # which is there from task 1 on
# Columns that the service added and that can be copied: not made by the database, and in no unique index by themselves.
ADDED_COLUMNS: Final = """
SELECT a.attname FROM pg_attribute a LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
WHERE a.attrelid = 'public.tasks'::regclass AND a.attnum > 0 AND NOT a.attisdropped
  AND a.attname <> ALL (%s) AND a.attname <> 'id' AND a.attgenerated = '' AND a.attidentity = ''
  AND NOT coalesce(pg_get_expr(d.adbin, d.adrelid) ~ 'nextval|uuid', false)
  AND NOT EXISTS (SELECT FROM pg_index i WHERE i.indrelid = a.attrelid AND i.indisunique AND i.indkey[0] = a.attnum
                                           AND i.indnkeyatts = 1)
"""
# Tables that refer to tasks by one column: schema, table, that column.
REFERENCES: Final = """
SELECT n.nspname, c.relname, a.attname FROM pg_constraint k
JOIN pg_class c ON c.oid = k.conrelid JOIN pg_namespace n ON n.oid = c.relnamespace
JOIN pg_attribute a ON a.attrelid = k.conrelid AND a.attnum = k.conkey[1]
WHERE k.contype = 'f' AND k.confrelid = 'public.tasks'::regclass AND cardinality(k.conkey) = 1
"""
# The other columns of such a table, but for those that number its rows.
OTHER_COLUMNS: Final = """
SELECT a.attname FROM pg_attribute a LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
WHERE a.attrelid = %s::regclass AND a.attnum > 0 AND NOT a.attisdropped AND a.attname <> %s
  AND a.attgenerated = '' AND a.attidentity = ''
  AND NOT coalesce(pg_get_expr(d.adbin, d.adrelid) ~ 'nextval|uuid', false)
"""
INSERT: Final = sql.SQL("""
INSERT INTO public.tasks (title, description, status, created_at, updated_at{added})
SELECT 'task ' || n, NULL, {status}, now() - interval '2 days' + n * interval '1 second', now(){copied}
FROM generate_series({first}::int, {last}::int) AS n {model}
""")
COPY_REFERENCE: Final = sql.SQL("""
INSERT INTO {table} ({columns})
SELECT {values} FROM public.tasks t JOIN {table} r ON r.{reference} = {model} WHERE t.id <> {model}
""")


class ManyTasks:
    """The older tasks, and the newer ones, which a transaction of their own keeps back until they are to show."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._pool = ThreadPoolExecutor(1)
        self._newer: psycopg.Connection | None = None
        self._ahead: Future[None] | None = None
        self._model: int | None = None
        self._in_parts = database.rows(ROW_TRIGGERS) == [(True,)]
        with writing("the tasks cannot be deleted by SQL"):
            database.write("DELETE FROM public.tasks")
        if database.rows(USERS) == [(False,)]:
            self._ahead = self._pool.submit(self._load, 1)

    def show_older(self, api: TaskApi) -> None:
        """Let the older tasks be there, as the client's own."""
        if self._ahead is not None:
            self._ahead.result()
        if api.logged_in:
            self.drop()
            self._model = make_task(api)
            self._load(2)
        elif self._ahead is None:
            self._load(1)

    def show_newer(self) -> None:
        """Let all 100,000 be there, and the planner know them."""
        if self._newer is not None:
            self._newer.commit()
            self._newer.close()
            self._newer = None
        if self._in_parts:
            with writing(REFUSED):
                self._insert_in_parts(OLDER + 1, ALL)
        self._database.vacuum("tasks")

    def delete_some(self) -> int:
        """Delete some of the tasks that show, unknown to the planner; return how many."""
        with writing("tasks cannot be deleted by SQL"), self._database.writer() as connection:
            return connection.execute(DELETE_PART, [SOME]).rowcount

    def drop(self) -> None:
        """Take back whatever was inserted."""
        if self._newer is not None:
            self._newer.close()
            self._newer = None
        while self._in_parts and self._delete_part():
            pass
        self._database.write("DELETE FROM public.tasks")

    def _load(self, first: int) -> None:
        """Insert the older tasks from number `first` on, and the newer ones such that they do not show."""
        with writing(REFUSED):
            if self._in_parts:
                self._insert_in_parts(first, OLDER)
                return
            with self._database.writer() as connection:
                insert(connection, first, OLDER, self._model)
            self._newer = self._database.writer()
            insert(self._newer, OLDER + 1, ALL, self._model)

    def _insert_in_parts(self, first: int, last: int) -> None:
        for number in range(first, last + 1, PART):
            with self._database.writer() as connection:
                insert(connection, number, min(number + PART - 1, last), self._model)

    def _delete_part(self) -> bool:
        with self._database.writer() as connection:
            return connection.execute(DELETE_PART, [PART]).rowcount > 0


def insert(connection: psycopg.Connection, first: int, last: int, model: int | None) -> None:
    """Insert tasks; where there is a task `model` they are its copies, and are referred to as it is."""
    added = names(connection, ADDED_COLUMNS, list(PROMISED)) if model is not None else []
    statement = INSERT.format(
        added=sql.SQL("").join(sql.SQL(", {}").format(sql.Identifier(name)) for name in added),
        copied=sql.SQL("").join(sql.SQL(", m.{}").format(sql.Identifier(name)) for name in added),
        model=sql.SQL("JOIN public.tasks m ON m.id = {}").format(model) if model is not None else sql.SQL(""),
        status=STATUS,
        first=first,
        last=last,
    )
    connection.execute(statement)
    if model is not None:
        for schema, table, reference in connection.execute(REFERENCES).fetchall():
            copy_reference(connection, sql.Identifier(schema, table), reference, model)


def copy_reference(connection: psycopg.Connection, table: sql.Identifier, reference: str, model: int) -> None:
    """Let every task that this transaction inserted be referred to as the task `model` is."""
    others = names(connection, OTHER_COLUMNS, table.as_string(connection), reference)
    columns = [sql.Identifier(name) for name in (reference, *others)]
    statement = COPY_REFERENCE.format(
        table=table,
        columns=sql.SQL(", ").join(columns),
        values=sql.SQL(", ").join([sql.SQL("t.id"), *[sql.SQL("r.{}").format(name) for name in columns[1:]]]),
        reference=columns[0],
        model=model,
    )
    connection.execute(statement + sql.SQL(" AND t.xmin = pg_current_xact_id()::xid"))


def names(connection: psycopg.Connection, query: str, *parameters: Any) -> Sequence[str]:
    """Return the names that a query finds."""
    return [row[0] for row in connection.execute(query.encode(), parameters)]
