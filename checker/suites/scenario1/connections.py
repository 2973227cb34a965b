"""Concurrent traffic with refusals and clients that hang up, and the database's sessions meanwhile; judges nothing."""

from __future__ import annotations

import concurrent.futures
import contextlib
import json
import socket
import threading
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final, Self
from urllib.parse import urlsplit

import psycopg

from checker.kit.http import Client, Reply
from checker.kit.lanes import DENIED
from checker.kit.rows import Locks
from checker.suites.scenario1.held import HeldExport
from checker.suites.scenario1.plans import nowhere

if TYPE_CHECKING:
    from checker.kit.fixtures import Service

ROUNDS: Final = 4
OF_EACH_KIND: Final = 3
ANSWER_SECONDS: Final = 6.0  # the README says 5
RELEASE_SECONDS: Final = 5.0  # the README says 2
GROUPS: Final = 2
EXPORTS: Final = 8  # at a time, which leaves the usual pool of 15 some room
CUT_SHORT: Final = 8
LOCKED: Final = 24
REFUSED: Final = 4
LOCK_SECONDS: Final = 2.0
SETTLE_SECONDS: Final = 0.2  # for what the others had begun to be done
AFTERWARDS: Final = 20
LOOK_SECONDS: Final = 0.02

SESSIONS: Final = """
SELECT pid, coalesce(state, ''), round(extract(epoch FROM clock_timestamp() - state_change)::numeric, 1)::float8
FROM pg_stat_activity WHERE usename = 'candidate' AND datname = 'tasks' AND backend_type = 'client backend'
"""


@dataclass(frozen=True)
class Met:
    """A request, the status it should have, and what came, which is None where nothing had come in time."""

    asked: str
    wanted: int
    reply: Reply | None

    @property
    def kept(self) -> bool:
        """Whether it was answered, and well where it should be; how it is refused is another requirement's business."""
        if self.reply is None or self.reply.status is None:
            return False
        return self.wanted >= 400 or self.reply.status == self.wanted

    def __str__(self) -> str:
        """Return it in a few words."""
        came = f"no answer within {ANSWER_SECONDS:g} s" if self.reply is None else str(self.reply)
        return f"{self.asked}: {came}"


@dataclass
class Connections:
    """What was seen: answers under the traffic, sessions at once, sessions that were left busy, answers afterwards.

    `exports` is how many exports had begun when their clients hung up, for each group of them.
    """

    met: list[Met] = field(default_factory=list)
    exports: list[int] = field(default_factory=list)
    most: int = 0
    left: list[str] = field(default_factory=list)
    afterwards: list[Met] = field(default_factory=list)

    @property
    def are_released(self) -> bool:
        """Whether all went as it should."""
        return (
            not self.left
            and min(self.exports, default=0) == EXPORTS
            and all(one.kept for one in [*self.met, *self.afterwards])
        )


class Watch:
    """Counts the submission's sessions for as long as the context lasts."""

    def __init__(self, observer: str) -> None:
        self._observer = observer
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._look, name="sessions", daemon=True)
        self.most = 0

    def __enter__(self) -> Self:
        """Begin."""
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        """End."""
        self._over.set()
        self._thread.join()

    def _look(self) -> None:
        with psycopg.connect(self._observer, autocommit=True) as connection:
            while not self._over.wait(LOOK_SECONDS):
                self.most = max(self.most, len(connection.execute(SESSIONS.encode()).fetchall()))


def observe_connections(service: Service, task_ids: Sequence[int]) -> Connections:
    """Send the traffic, let clients hang up, and look at the sessions."""
    found = Connections()
    base = service.base()
    client = Client(base)
    with Watch(service.desk.addresses["observer"]) as watch:
        for _ in range(ROUNDS):
            found.met += met(client, kinds(task_ids) * OF_EACH_KIND)
            if not all(one.kept for one in found.met):
                break
        else:
            found.met += refuse_messages(service, client)
            while len(found.exports) < GROUPS and min(found.exports, default=EXPORTS) == EXPORTS:
                found.exports.append(hang_up(service, base, task_ids))
        found.left = busy_after(service, RELEASE_SECONDS)
        if found.exports:
            found.afterwards = met(client, [("GET", f"/tasks/{task_ids[0]}", 200, None)] * AFTERWARDS)
    found.most = watch.most
    return found


def kinds(task_ids: Sequence[int]) -> list[tuple[str, str, int, Any]]:
    """Return a request of each kind: method, path, status, body."""
    return [
        ("GET", f"/tasks/{task_ids[0]}", 200, None),
        ("GET", "/tasks?limit=5", 200, None),
        ("GET", f"/tasks/{nowhere()}", 404, None),
        ("PUT", f"/tasks/{nowhere()}", 404, {"title": "x"}),
        ("DELETE", f"/tasks/{nowhere()}", 404, None),
        ("POST", "/tasks", 422, {"title": ""}),
        ("PUT", f"/tasks/{task_ids[1]}", 422, {"status": "done"}),
        ("GET", "/tasks?limit=none", 422, None),
    ]


def met(client: Client, asks: Sequence[tuple[str, str, int, Any]]) -> list[Met]:
    """Make requests at the same time, and give up on those that are not answered in time."""
    begun: list[Future[Reply]] = [
        client.start(method, path, **({} if body is None else {"json": body})) for method, path, _, body in asks
    ]
    concurrent.futures.wait(begun, ANSWER_SECONDS)
    return [
        Met(f"{method} {path}", wanted, future.result() if future.done() else None)
        for (method, path, wanted, _), future in zip(asks, begun, strict=True)
    ]


def refuse_messages(service: Service, client: Client) -> list[Met]:
    """Make tasks whose messages the queue refuses; whatever comes of them is right, as long as it comes."""
    lane = service.lane("api")
    lane.plan_requests("SendMessage", [DENIED] * REFUSED)
    answers = met(client, [("POST", "/tasks", 500, {"title": "refused"})] * REFUSED)
    lane.clear_plans()
    return answers


def hang_up(service: Service, base: str, task_ids: Sequence[int]) -> int:
    """Let clients go in the middle of a body, before an answer, while their change waits for a lock, and of an export.

    Return how many exports had begun. They are the last to go, so that nothing comes after them which would clean up.
    """
    exports = [HeldExport(base) for _ in range(EXPORTS)]
    deadline = time.monotonic() + ANSWER_SECONDS
    begun = sum(one.begin(deadline) for one in exports)
    others = [cut_short(base, task_ids[1], whole=number % 2 == 0) for number in range(CUT_SHORT)]
    with waiting_for_a_lock(service, base, task_ids[2]):
        for other in others:
            other.close()
    time.sleep(SETTLE_SECONDS)
    for one in exports:
        one.hang_up()
    return begun


@contextlib.contextmanager
def waiting_for_a_lock(service: Service, base: str, task_id: int) -> Iterator[None]:
    """Let some clients change a task that is locked, and hang up before it is let go."""
    addresses = service.desk.addresses
    lock = Locks(addresses["grader"], addresses["observer"]).row(task_id)
    with lock:
        clients = [cut_short(base, task_id, whole=True) for _ in range(LOCKED)]
        lock.wait_for_waiter(LOCK_SECONDS)
        yield
        for client in clients:
            client.close()


def cut_short(base: str, task_id: int, *, whole: bool) -> socket.socket:
    """Begin to change a task: send the whole request, or all but the end of its body."""
    parts = urlsplit(base)
    body = json.dumps({"title": "cut short"}).encode()
    head = f"PUT /tasks/{task_id} HTTP/1.1\r\nHost: {parts.netloc}\r\nContent-Type: application/json\r\n"
    connection = socket.create_connection((parts.hostname, parts.port), ANSWER_SECONDS)
    connection.sendall(f"{head}Content-Length: {len(body)}\r\n\r\n".encode() + (body if whole else body[:-5]))
    return connection


def busy_after(service: Service, seconds: float) -> list[str]:
    """Return the sessions that are not idle, once that many seconds are over; none as soon as there is none."""
    deadline = time.monotonic() + seconds
    while True:
        busy = [row for row in service.database.rows(SESSIONS) if row[1] != "idle"]
        if not busy or time.monotonic() > deadline:
            return [f"{state or 'starting'} for {age:g} s" for _, state, age in busy]
        time.sleep(LOOK_SECONDS)
