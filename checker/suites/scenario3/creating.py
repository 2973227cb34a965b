"""Tasks that are made where something is in the way: a commit that takes long, a queue that refuses."""

from __future__ import annotations

import time
from concurrent.futures import wait
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from checker.kit.lanes import DENIED
from checker.suites.scenario3.bench import ANNOUNCED_SECONDS, GRACE_SECONDS, names, until

if TYPE_CHECKING:
    from concurrent.futures import Future

    from checker.kit.fronts import Hold
    from checker.kit.http import Reply
    from checker.suites.scenario3.bench import Bench, Fate
    from checker.suites.scenario3.stage import Stage

STATEMENTS: Final = 16  # that a POST sends at most before its task is there
HELD_SECONDS: Final = 0.15  # each of them, for a message to leave meanwhile
TAKEN_SECONDS: Final = 1.5  # for the worker to be done with a message that left
NEXT_SECONDS: Final = 1.0  # for the next statement to come
POLL_SECONDS: Final = 0.02
REFUSED_ATTEMPTS: Final = 20
SENDS: Final = ("SendMessage", "SendMessageBatch")
FIND: Final = "SELECT id FROM public.tasks WHERE title = %s"


@dataclass(frozen=True)
class Created:
    """What the API answered, and what became of the task; `task_id` is None where there is none."""

    reply: Reply
    task_id: int | None
    fate: Fate | None


def observe_slow_commit(bench: Bench, stage: Stage, title: str) -> Created:
    """Hold up each statement of a POST until its task is there, the worker being idle all the while."""
    lane = bench.service.lane("api")
    before = len(lane.attempts("SendMessage"))
    hold = stage.database.hold_requests()
    post = stage.api.client.start("POST", "/tasks", json={"title": title})
    for _ in range(STATEMENTS):
        if bench.database.rows(FIND, title) or not comes(hold, post):
            break
        if until(lambda: len(lane.attempts("SendMessage")) > before, HELD_SECONDS):
            count = len(bench.invocations()) + 1
            bench.functions.call("wait_invocations", count=count, seconds=TAKEN_SECONDS)
        hold.step()
    hold.release()
    return created(bench, title, post.result())


def comes(hold: Hold, future: Future[Any]) -> bool:
    """Wait until bytes are held; False where the future is done without, or where the time is over."""
    deadline = time.monotonic() + NEXT_SECONDS
    while time.monotonic() < deadline and not future.done():
        if hold.held(POLL_SECONDS):
            return True
    return False


def observe_refusing_queue(bench: Bench, title: str) -> Created:
    """Let the queue refuse what is sent during a POST, and then take messages again."""
    lane = bench.service.lane("api")
    for operation in SENDS:
        lane.plan_requests(operation, [DENIED] * REFUSED_ATTEMPTS)
    post = bench.api.client.start("POST", "/tasks", json={"title": title})
    wait([post])
    lane.clear_plans()
    return created(bench, title, post.result())


def created(bench: Bench, title: str, reply: Reply) -> Created:
    """Wait for what becomes of a task: it is done, or its message has been and is gone."""
    found = bench.database.rows(FIND, title)
    if not found:
        return Created(reply, None, None)
    task_id = int(found[0][0])

    def came() -> bool:
        if bench.fates([task_id])[task_id].status in {"completed", "failed", None}:
            return True
        return any(names(body, task_id) for over in bench.invocations() for body in over["bodies"])

    until(came, ANNOUNCED_SECONDS + GRACE_SECONDS)
    return Created(reply, task_id, bench.settled([task_id], ANNOUNCED_SECONDS)[task_id])
