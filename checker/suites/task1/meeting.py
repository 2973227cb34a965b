"""Requests that meet at a lock on `users`, so that all of them go on at the same time."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

import psycopg

if TYPE_CHECKING:
    from concurrent.futures import Future

    from checker.kit.database import Database
    from checker.kit.fixtures import Service
    from checker.kit.http import Reply

FIRST_SECONDS: Final = 4.0  # for the first request of the race to come as far as the table, once its password is hashed
NEXT_SECONDS: Final = 0.8  # for one more
LOOK_EVERY: Final = 0.02


@contextmanager
def locked_users(service: Service, mode: str) -> Iterator[bool]:
    """Hold a lock on `users`, and yield whether that is so: there may be no such table."""
    with psycopg.connect(service.desk.addresses["grader"]) as connection:
        is_locked = True
        try:
            connection.execute("SET LOCAL lock_timeout TO '2s'")
            connection.execute(f"LOCK TABLE public.users IN {mode} MODE".encode())
        except psycopg.Error:
            is_locked = False
            connection.rollback()
        yield is_locked
        connection.rollback()


def wait_until_waiting(database: Database, pending: Sequence[Future[Reply]]) -> bool:
    """Wait until every request is answered or waits for a lock; False where no more come, as some wait elsewhere."""
    arrived, deadline = 0, time.monotonic() + FIRST_SECONDS
    while time.monotonic() < deadline:
        waiting = database.rows("SELECT count(*) FROM pg_locks WHERE NOT granted")[0][0]
        here = waiting + sum(one.done() for one in pending)
        if here >= len(pending):
            return True
        if here > arrived:
            arrived, deadline = here, time.monotonic() + NEXT_SECONDS
        time.sleep(LOOK_EVERY)
    return False
