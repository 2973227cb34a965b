"""Tasks put into the table by a grader, such that they show to its client whichever tasks the branch holds.

Without task 1 a row that comes by SQL shows to everybody. With it such a row belongs to nobody: tasks are then made
through the API and given their times and states by SQL.
"""

from __future__ import annotations

import contextlib
import secrets
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor, wait
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final

import psycopg

from checker.kit.expect import NotRun
from checker.kit.tasks import task_of

if TYPE_CHECKING:
    from checker.kit.database import Database
    from checker.kit.tasks import TaskApi

AT_ONCE: Final = 8  # requests under way while tasks are made through the API
CHANGED_WITHIN: Final = 3600  # seconds: the order of `updated_at` says nothing about that of `created_at`
INSERT: Final = "INSERT INTO public.tasks (title, description, status, created_at, updated_at) VALUES "
COUNT: Final = "SELECT count(*) FROM public.tasks WHERE status = %s"
SET_STATUS: Final = "UPDATE public.tasks SET status = %s WHERE id = ANY (%s)"
WAITERS: Final = "SELECT count(*) FROM pg_locks WHERE NOT granted"
MEETING_SECONDS: Final = 5.0  # for a transaction to come to its end, or to a lock
UPDATE: Final = "UPDATE public.tasks SET status = %s, created_at = %s WHERE id = %s"


@contextlib.contextmanager
def writing(trouble: str) -> Iterator[None]:
    """Turn what the database refuses into a check that cannot be made: the contract lets a grader write."""
    try:
        yield
    except psycopg.Error as error:
        raise NotRun(f"{trouble}: {error}") from None


@dataclass(frozen=True)
class NewTask:
    """A task to be: where it stands, and when it was made."""

    status: str
    created_at: datetime


class TaskRows:
    """The tasks of one client."""

    def __init__(self, database: Database, api: TaskApi) -> None:
        self._database = database
        self._api = api

    def clear(self) -> None:
        """Delete all tasks, and let the table forget them."""
        with writing("the tasks cannot be deleted by SQL"):
            self._database.write("DELETE FROM public.tasks")
        self._database.vacuum("tasks")

    def keep(self, task_ids: Sequence[int]) -> None:
        """Delete all other tasks."""
        with writing("tasks cannot be deleted by SQL"):
            self._database.write("DELETE FROM public.tasks WHERE id <> ALL (%s)", list(task_ids))

    def add(self, wanted: Sequence[NewTask]) -> list[int]:
        """Put tasks into the table, in this order, and return their ids."""
        if self._api.logged_in:
            return self._make(wanted)
        rows = [(some_title(), one.status, one.created_at, some_time_after(one.created_at)) for one in wanted]
        statement = INSERT + ", ".join(["(%s, NULL, %s, %s, %s)"] * len(rows)) + " RETURNING id"
        with writing("no task can be inserted by SQL"), self._database.writer() as connection:
            parameters = [value for row in rows for value in row]
            return [found[0] for found in connection.execute(statement.encode(), parameters)]

    def set_status(self, task_ids: Sequence[int], status: str) -> None:
        """Change the status of some tasks."""
        with writing("no task can be changed by SQL"):
            self._database.write(SET_STATUS, status, list(task_ids))

    def set_status_at_once(self, first: int, second: int, status: str) -> None:
        """Change two tasks in transactions of which the second does its work before the first is committed."""
        with writing("no task can be changed by SQL"), ThreadPoolExecutor(1) as pool:
            with self._database.writer() as connection:
                connection.execute(SET_STATUS, [status, [first]])
                other = pool.submit(self.set_status, [second], status)
                deadline = time.monotonic() + MEETING_SECONDS
                while wait([other], timeout=0.01).not_done and time.monotonic() < deadline:
                    if self._database.rows(WAITERS) != [(0,)]:
                        break
            other.result()

    def count(self, status: str) -> int:
        """Return how many tasks have a status."""
        return int(self._database.rows(COUNT, status)[0][0])

    def _make(self, wanted: Sequence[NewTask]) -> list[int]:
        """Make tasks through the API, and change what it does not let choose."""
        with ThreadPoolExecutor(AT_ONCE) as pool:
            # Side by side they come in any order; the ids of rows that are inserted grow as the tasks are wanted.
            ids = sorted(pool.map(lambda _: make_task(self._api), wanted))
        changed = [(one.status, one.created_at, task_id) for one, task_id in zip(wanted, ids, strict=True)]
        with (
            writing("no task can be changed by SQL"),
            self._database.writer() as connection,
            connection.cursor() as cursor,
        ):
            cursor.executemany(UPDATE, changed)
        return ids


def make_task(api: TaskApi) -> int:
    """Make a task through the API and return its id."""
    reply = api.create(some_title())
    if reply.status != 201:  # noqa: PLR2004 - HTTP's Created
        raise NotRun(f"no task can be made: {reply}")
    return int(task_of(reply)["id"])


def delete_task(api: TaskApi, task_id: int) -> None:
    """Delete a task through the API."""
    reply = api.client.request("DELETE", f"/tasks/{task_id}")
    if reply.status != 204:  # noqa: PLR2004 - HTTP's No Content
        raise NotRun(f"task {task_id} cannot be deleted: {reply}")


def some_title() -> str:
    """Return a title that no other task has."""
    return f"task {secrets.token_hex(4)}"


def some_time_after(time: datetime) -> datetime:
    """Return when a task that was made at `time` may have been changed."""
    return time + timedelta(seconds=secrets.randbelow(CHANGED_WITHIN))
