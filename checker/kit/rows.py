"""Rows of `tasks` as the grader handles them: changed so that nobody notices, and locked."""

from __future__ import annotations

import secrets
import threading
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal, Self

import psycopg

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import TracebackType

QUIETLY: Final = " options='-c session_replication_role=replica'"  # no trigger of the submission's is set off
POLL_SECONDS: Final = 0.004
LOCK_SECONDS: Final = 2.0


class QuietRows:
    """Changes rows without setting off a trigger, so that a cache which triggers keep fresh does not hear of it."""

    def __init__(self, grader: str) -> None:
        self._connection = psycopg.connect(grader + QUIETLY, autocommit=True)
        self._turn = threading.Lock()

    def retitle(self, task_id: int) -> str:
        """Give a row a new title that nothing else has, and return it."""
        title = secrets.token_hex(8)
        with self._turn:
            self._connection.execute("UPDATE public.tasks SET title = %s WHERE id = %s", (title, task_id))
        return title

    def close(self) -> None:
        """Close the connection."""
        self._connection.close()


@dataclass(frozen=True)
class Waiter:
    """A session of the submission's that waits; `port` is its client's, None where that is no TCP connection."""

    pid: int
    port: int | None


class Lock:
    """A lock that the grader holds until the context ends or `release` is called.

    `taken` tells whether it could be had: sessions that read `tasks` and stay in their transaction can prevent that.
    """

    def __init__(self, grader: str, observer: str, statement: str, *, seconds: float = LOCK_SECONDS) -> None:
        self._holder = psycopg.connect(grader)
        self._watcher = psycopg.connect(observer, autocommit=True)
        self._statement = statement
        self._seconds = seconds
        self.pid = self._holder.info.backend_pid
        self.taken = False

    def __enter__(self) -> Self:
        """Take the lock."""
        self.take()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> Literal[False]:
        """Give it back."""
        self.close()
        return False

    def take(self) -> None:
        """Wait for the lock."""
        try:
            self._holder.execute("SELECT set_config('lock_timeout', %s, true)", (f"{self._seconds * 1000:.0f}",))
            self._holder.execute(self._statement.encode())
            self.taken = True
        except psycopg.errors.LockNotAvailable:
            self._holder.rollback()

    def release(self) -> None:
        """Give the lock back; may be called twice."""
        self._holder.close()

    def close(self) -> None:
        """Give the lock back, and watch no more."""
        self.release()
        self._watcher.close()

    def wait_for_waiter(
        self, seconds: float, *, pid: int | None = None, unless: Callable[[], bool] = lambda: False
    ) -> Waiter | None:
        """Return the first session that waits for this lock, or the one of that `pid`.

        None where it has not come after `seconds`, or once `unless` holds.
        """
        deadline = time.monotonic() + seconds
        while True:
            for waiter in self.waiters():
                if pid in {None, waiter.pid}:
                    return waiter
            if time.monotonic() > deadline or unless():
                return None
            time.sleep(POLL_SECONDS)

    def wait_for_waiter_behind(self, other: Waiter, seconds: float, *, unless: Callable[[], bool]) -> None:
        """Return when a session waits for that one, which waits for this lock; or as `wait_for_waiter` does."""
        deadline = time.monotonic() + seconds
        while not self.waiters(other.pid) and time.monotonic() < deadline and not unless():
            time.sleep(POLL_SECONDS)

    def waiters(self, behind: int | None = None) -> list[Waiter]:
        """Return the sessions that wait for this lock now, or for what the session with the pid `behind` has."""
        rows = self._watcher.execute(
            "SELECT pid, client_port FROM pg_stat_activity"
            " WHERE usename = 'candidate' AND %s = ANY(pg_blocking_pids(pid))",
            (behind or self.pid,),
        ).fetchall()
        return [Waiter(pid, port if port and port > 0 else None) for pid, port in rows]

    def wait_in_line(self, seconds: float) -> None:
        """Return when this lock, which another thread takes, is had or waits for others; or after `seconds`."""
        deadline = time.monotonic() + seconds
        while not self.taken and time.monotonic() < deadline:
            row = self._watcher.execute("SELECT cardinality(pg_blocking_pids(%s))", (self.pid,)).fetchone()
            if row and row[0]:
                return
            time.sleep(POLL_SECONDS)


class Locks:
    """Makes locks of the two kinds that suites need."""

    def __init__(self, grader: str, observer: str) -> None:
        self._grader = grader
        self._observer = observer

    def row(self, task_id: int) -> Lock:
        """Return a lock on one row, for which every change of it waits."""
        statement = f"SELECT FROM public.tasks WHERE id = {task_id:d} FOR UPDATE"
        return Lock(self._grader, self._observer, statement)

    def readers(self, seconds: float = LOCK_SECONDS) -> Lock:
        """Return a lock on the table that nobody can read through."""
        return Lock(self._grader, self._observer, "LOCK TABLE public.tasks IN ACCESS EXCLUSIVE MODE", seconds=seconds)

    def writers(self, seconds: float) -> Lock:
        """Return a lock on the table that lets everybody read, and nobody change."""
        return Lock(self._grader, self._observer, "LOCK TABLE public.tasks IN EXCLUSIVE MODE", seconds=seconds)
