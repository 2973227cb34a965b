"""What goes wrong while the worker is at it: it is killed, the database breaks connections off, the work takes long."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Final

from checker.kit.rows import Lock
from checker.suites.scenario3.bench import until

if TYPE_CHECKING:
    from checker.suites.scenario3.bench import Bench

SHORT_WORK: Final = "takes 1 s"
KILLED_WORK: Final = "takes 1.4 s"
LONG_WORK: Final = "takes 4.5 s"
LONG_SECONDS: Final = 4.5
START_SECONDS: Final = 5.0  # for a batch to be handed to a worker, which may have to be started
IN_WORK_SECONDS: Final = 0.7  # for the first work of a batch to be done and the second to begin
IN_SHORT_WORK_SECONDS: Final = 0.5
LOCK_SECONDS: Final = 0.3  # to get a lock; whoever holds the row through the work is not to be disturbed this way
WAITER_SECONDS: Final = 2.5  # for the worker to come upon a lock
TERMINATE: Final = "SELECT pg_terminate_backend(%s)"


def kill_in_mid_batch(bench: Bench, done: int, *others: int) -> None:
    """Send the tasks as one batch, and kill the worker when the first is done and the second under way."""
    count = begun(bench)
    bench.announce(done, *others)
    bench.functions.call("wait_started", count=count + 1, seconds=START_SECONDS)
    until(lambda: bench.fates([done])[done].status == "completed", IN_WORK_SECONDS)
    time.sleep(IN_SHORT_WORK_SECONDS)
    bench.desk.call("stop_process", name="worker")


def break_connections(bench: Bench, at_status: int, at_event: int) -> None:
    """Send two tasks as one batch, and break the connection off by which each is about to be completed.

    The first waits for its row, the second for the table of events, when the server ends the session.
    """
    count = begun(bench)
    bench.announce(at_status, at_event)
    bench.functions.call("wait_started", count=count + 1, seconds=START_SECONDS)
    time.sleep(IN_SHORT_WORK_SECONDS)
    break_off(bench, f"SELECT FROM public.tasks WHERE id = {at_status:d} FOR NO KEY UPDATE")
    time.sleep(IN_SHORT_WORK_SECONDS)
    break_off(bench, "LOCK TABLE public.task_events IN SHARE MODE")


def break_off(bench: Bench, statement: str) -> bool:
    """Take a lock, end the session that comes to wait for it, and give it back; whether one came."""
    addresses = bench.service.desk.addresses
    with Lock(addresses["grader"], addresses["observer"], statement, seconds=LOCK_SECONDS) as lock:
        waiter = lock.wait_for_waiter(WAITER_SECONDS) if lock.taken else None
        if waiter is not None:
            with bench.database.writer() as connection:
                connection.execute(TERMINATE, (waiter.pid,))
        return waiter is not None


def begun(bench: Bench) -> int:
    """Return how many invocations there were so far, none being under way."""
    bench.pause()
    return len(bench.invocations())


def offered_meanwhile(bench: Bench, *task_ids: int) -> float | None:
    """Send the tasks as one batch; return after how many seconds one of its messages could be received once more.

    None where none could before the invocation was over.
    """
    count = begun(bench)
    bench.announce(*task_ids)
    bench.functions.call("wait_started", count=count + 1, seconds=START_SECONDS)
    started = time.monotonic()
    with ThreadPoolExecutor(1) as pool:
        functions = bench.service.desk.open_part("functions")
        over = pool.submit(functions.call, "wait_invocations", count=count + 1, seconds=LONG_SECONDS + START_SECONDS)
        found = None
        while found is None and not over.done():
            time.sleep(0.05)
            if bench.visible() and not over.done() and time.monotonic() - started < LONG_SECONDS:
                found = time.monotonic() - started
        over.result()
        functions.close()
    return found
