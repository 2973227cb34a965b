"""What the service offers, observed calmly, before anything strains it; judges nothing."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from checker.kit.http import Client, Reply
from checker.kit.tasks import TaskApi
from checker.suites.scenario1.plans import noise, nowhere

if TYPE_CHECKING:
    from checker.kit.fixtures import Service
    from checker.kit.lanes import Attempt

TASKS: Final = 7
VISITS: Final = 55  # more than are shown
COMPLETED_SECONDS: Final = 15.0  # an invocation may take 10 s
LOOK_SECONDS: Final = 0.02
CHANGED: Final = {"title": "changed", "description": "a text"}
REFUSALS: Final[tuple[tuple[str, str, dict[str, str] | None], ...]] = (
    ("POST", "/tasks", {}),
    ("POST", "/tasks", {"title": "x" * 201}),
    ("GET", "/tasks?limit=0", None),
    ("GET", "/tasks/seven", None),
)


QUICK_CHANGES: Final = 5  # so quickly that two of them have the same second


@dataclass(frozen=True)
class Versions:
    """Reads of one task with ETags: as it was, the same again, with its tag, and after changes.

    `changed_with_old_tag` comes after a PUT, `worked_with_old_tag` once its row is `completed` and with the tag that
    it had before, `gone_with_old_tag` after DELETE.
    """

    quick: Sequence[Reply]
    first: Reply
    again: Reply
    with_tag: Reply
    put: Reply
    changed_with_old_tag: Reply
    changed: Reply
    status: str | None
    worked_with_old_tag: Reply
    deleted: Reply
    gone_with_old_tag: Reply


@dataclass(frozen=True)
class Behaviour:
    """Everything that was observed."""

    created: Sequence[Reply]
    messages: Sequence[Attempt]
    listed: Mapping[str, Reply]
    read: Sequence[Reply]
    exported: Reply
    refused: Mapping[str, Reply]
    missing: Mapping[str, Reply]
    versions: Versions
    visits: Sequence[tuple[str, str]]
    activity: Reply


def observe_behaviour(service: Service) -> Behaviour:
    """Use everything that the service offers."""
    api = service.client()
    service.database.write("DELETE FROM public.tasks")
    created = [api.create(f"task {number}") for number in range(TASKS)]
    messages = service.lane("api").attempts("SendMessage")
    ids = [id_of(reply) for reply in created]
    client = api.client
    listed = {query: client.request("GET", f"/tasks{query}") for query in ("", "?skip=2&limit=3", "?status=completed")}
    read = [api.get(task_id) for task_id in ids]
    exported = client.request("GET", "/tasks/export")
    refused = {f"{method} {path}": send(client, method, path, body) for method, path, body in REFUSALS}
    missing = {
        method: send(client, method, f"/tasks/{nowhere()}", body)
        for method, body in (("GET", None), ("PUT", {"title": "x"}), ("DELETE", None))
    }
    visits, activity = visit(client)
    versions = read_versions(service, api, ids[-1])
    return Behaviour(created, messages, listed, read, exported, refused, missing, versions, visits, activity)


def send(client: Client, method: str, path: str, body: object) -> Reply:
    """Send a request, with a body or without."""
    return client.request(method, path, **({} if body is None else {"json": body}))


def id_of(reply: Reply) -> int:
    """Return the id of a task that was made; one that no task has where it was not."""
    try:
        return int(reply.json()["id"])
    except Exception:  # noqa: BLE001 - whatever is wrong with the answer is judged later
        return nowhere()


def visit(client: Client) -> tuple[list[tuple[str, str]], Reply]:
    """Make more requests than are shown, and ask what was; return target and agent of each, oldest first."""
    visits = [(f"/health?visit={noise(12)}", f"visitor/{noise(8)}") for _ in range(VISITS - 1)]
    visits.append((f"/tasks/{nowhere()}", f"visitor/{noise(8)}"))
    for target, agent in visits:
        client.request("GET", target, headers={"User-Agent": agent})
    return visits, client.request("GET", "/activity")


def read_versions(service: Service, api: TaskApi, task_id: int) -> Versions:
    """Read one task over and over while it changes."""
    client, path = api.client, f"/tasks/{task_id}"
    quick = []
    for number in range(QUICK_CHANGES):
        client.request("PUT", path, json={"title": f"change {number}"})
        quick.append(api.get(task_id))
    first = api.get(task_id)
    again = api.get(task_id)
    with_tag = with_etag(client, path, first)
    put = client.request("PUT", path, json=CHANGED)
    changed_with_old_tag = with_etag(client, path, first)
    changed = api.get(task_id)
    status = complete(service, task_id)
    worked = with_etag(client, path, changed)
    deleted = client.request("DELETE", path)
    gone = with_etag(client, path, worked)
    return Versions(quick, first, again, with_tag, put, changed_with_old_tag, changed, status, worked, deleted, gone)


def with_etag(client: Client, path: str, known: Reply) -> Reply:
    """Ask for a task with the tag of an earlier answer."""
    return client.request("GET", path, headers={"If-None-Match": known.headers.get("etag", '"none"')})


def complete(service: Service, task_id: int) -> str | None:
    """Let the worker take what is on the queue, and wait until a task is completed; return its status."""
    service.start_worker()
    functions = service.desk.open_part("functions")
    functions.call("mapping_resume")
    deadline = time.monotonic() + COMPLETED_SECONDS
    while (status := service.database.task_statuses([task_id])[task_id]) != "completed" and time.monotonic() < deadline:
        time.sleep(LOOK_SECONDS)
    functions.call("mapping_pause")
    functions.close()
    return status
