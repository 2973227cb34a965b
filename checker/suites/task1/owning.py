"""Tasks of two users: who sees them, who can change them, and what the worker makes of them."""

from __future__ import annotations

import json
import secrets
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, TypeAlias

from checker.kit.expect import Refuted
from checker.kit.tables import columns_of
from checker.suites.task1.meeting import locked_users, wait_until_waiting

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from checker.kit.accounts import Account
    from checker.kit.database import Database
    from checker.kit.fixtures import Service
    from checker.kit.http import Client, Reply
    from checker.suites.task1.people import People

    TaskRow: TypeAlias = tuple[Any, ...]

PROMISED_COLUMNS: Final = ("id", "title", "description", "status", "created_at", "updated_at")
COLUMNS: Final = "id, title, description, status::text, created_at, updated_at"
COMPLETION_SECONDS: Final = 15.0
REST_SECONDS: Final = 0.5  # without an invocation that ends; a message that failed comes back much later
TASKS_EACH: Final = 3
CROWDS: Final = 2  # whether what is mixed up shows is a matter of luck
CROWD: Final = 5  # requests of each of two users at once; a connection each, or two, are below what there are


@dataclass(frozen=True)
class Lists:
    """What one user's lists answer."""

    whole: Reply
    pending: Reply
    failed: Reply
    one: Reply  # limit=1
    second: Reply  # skip=1&limit=1, which a branch with task 3 may not know


@dataclass(frozen=True)
class Meddling:
    """Requests about a task that is not the sender's, and its row before and after them."""

    replies: Mapping[str, Reply]
    before: TaskRow | None
    after: TaskRow | None


@dataclass(frozen=True)
class Belongings:
    """A user's tasks: one that is left pending, one that was set to failed, and one that was deleted after all."""

    created: Sequence[Reply]
    ids: Sequence[int]
    set_to_failed: Reply | None = None

    @property
    def pending(self) -> int:
        """The task that the worker gets."""
        return self.ids[0]

    @property
    def failed(self) -> int:
        """The task that was set to failed."""
        return self.ids[1]

    @property
    def spare(self) -> int:
        """The task that is there to be deleted."""
        return self.ids[2]


@dataclass(frozen=True)
class Seen:
    """What was seen of both users' tasks, and of one that nobody owns."""

    newcomer: Lists | None
    owner: Lists
    other: Lists
    meddling: Meddling
    with_nobodys: Meddling | None
    own: Mapping[str, Reply]
    gifts: Gifts
    crowd: Sequence[tuple[Reply, Reply]]  # lists of the owner and of the other, all asked for at once


@dataclass(frozen=True)
class Gifts:
    """Titles of an owner's tasks that were sent with another user's id in every column of the author's own.

    `shown` is the other user's list afterwards.
    """

    columns: Sequence[str]
    titles: Sequence[str]
    shown: Reply


def make_belongings(client: Client) -> Belongings:
    """Create a user's tasks, one after the other, so that their ids grow."""
    created = [client.request("POST", "/tasks", json={"title": new_title()}) for _ in range(TASKS_EACH)]
    ids = [found for found in map(id_of, created) if found is not None]
    if len(ids) < TASKS_EACH:
        return Belongings(created, ids)
    changed = client.request("PUT", f"/tasks/{ids[1]}", json={"status": "failed"})
    return Belongings(created, ids, changed)


def new_title() -> str:
    """Return a title that no other task has."""
    return secrets.token_hex(8)


def id_of(reply: Reply) -> int | None:
    """Return the id of the task that was created; None where none was."""
    if reply.status != 201:
        return None
    try:
        body = reply.json()
    except AssertionError:
        return None
    found = body.get("id") if isinstance(body, dict) else None
    return found if type(found) is int else None


def look(service: Service, people: People, owners: Belongings, inserted: int | str) -> Seen:
    """Let everybody look at everything, and meddle with what is not theirs."""
    owner, other = people.owner.client, people.other.client
    owner.request("GET", f"/tasks/{owners.pending}")  # a branch with task 4 has a copy of it from now on
    crowd = [pair for _ in range(CROWDS) for pair in both_at_once(service, owner, other)]
    return Seen(
        newcomer=lists_of(people.leaver.client) if people.leaver and people.leaver.token else None,
        owner=lists_of(owner),
        other=lists_of(other),
        meddling=meddle(other, service.database, owners.pending),
        with_nobodys=meddle(owner, service.database, inserted) if isinstance(inserted, int) else None,
        own=use(owner, owners),
        gifts=give_away(service.database, owner, people.other, owners.failed),
        crowd=crowd,
    )


def both_at_once(service: Service, owner: Client, other: Client) -> list[tuple[Reply, Reply]]:
    """Let two users ask for their lists, all at once: whoever looks for the user goes on together with the others."""
    with locked_users(service, "ACCESS EXCLUSIVE"):
        pairs = [(owner.start("GET", "/tasks"), other.start("GET", "/tasks")) for _ in range(CROWD)]
        wait_until_waiting(service.database, [one for pair in pairs for one in pair])
    return [(first.result(), second.result()) for first, second in pairs]


def give_away(database: Database, client: Client, receiver: Account, task_id: int) -> Gifts:
    """Make one task and change another, with the receiver's id wherever the owner's may stand."""
    columns = [name for name in columns_of(database, "tasks") if name not in PROMISED_COLUMNS]
    extra = dict.fromkeys(columns, database_id(database, receiver))
    titles = [new_title(), new_title()]
    client.request("POST", "/tasks", json={**extra, "title": titles[0]})
    client.request("PUT", f"/tasks/{task_id}", json={**extra, "title": titles[1]})
    return Gifts(columns, titles, receiver.client.request("GET", "/tasks"))


def database_id(database: Database, account: Account) -> int | str | None:
    """Return a user's id as it would stand in a body; None where the table does not tell."""
    if "username" not in columns_of(database, "users"):
        return None
    found = database.rows("SELECT id FROM public.users WHERE username = %s", account.name)
    return next((one if type(one) is int else str(one) for (one,) in found), None)


def lists_of(client: Client) -> Lists:
    """Ask for a user's lists, side by side."""
    paths = ("/tasks", "/tasks?status=pending", "/tasks?status=failed", "/tasks?limit=1", "/tasks?skip=1&limit=1")
    pending = [client.start("GET", path) for path in paths]
    return Lists(*[one.result() for one in pending])


def use(client: Client, belongings: Belongings) -> dict[str, Reply]:
    """Let an owner read and change one task, delete another and ask for a bad one; the answers in the order of time."""
    kept, spare = f"/tasks/{belongings.pending}", f"/tasks/{belongings.spare}"
    return {
        "read": client.request("GET", kept),
        "change": client.request("PUT", kept, json={"description": "as its owner wants it"}),
        "read the change": client.request("GET", kept),
        "delete": client.request("DELETE", spare),
        "read what was deleted": client.request("GET", spare),
        "make one without a title": client.request("POST", "/tasks", json={"title": ""}),
    }


def meddle(client: Client, database: Database, task_id: int) -> Meddling:
    """Let a user read, change and delete a task that is not theirs."""
    path = f"/tasks/{task_id}"
    before = row_of(database, task_id)
    replies = {
        "GET": client.request("GET", path),
        "PUT (title)": client.request("PUT", path, json={"title": new_title()}),
        "PUT (status)": client.request("PUT", path, json={"status": "failed"}),
        "DELETE": client.request("DELETE", path),
    }
    return Meddling(replies, before, row_of(database, task_id))


def row_of(database: Database, task_id: int) -> TaskRow | None:
    """Return a task's row, the columns of the contract alone."""
    found = database.rows(f"SELECT {COLUMNS} FROM public.tasks WHERE id = %s", task_id)  # noqa: S608 - names of ours
    return found[0] if found else None


def insert_row(database: Database) -> int | str:
    """Insert a task by SQL that names all of its columns but `id`; return the id, or what the database said."""
    title = new_title()
    try:
        database.write(
            "INSERT INTO public.tasks (title, description, status, created_at, updated_at) "
            "VALUES (%s, 'inserted by SQL', 'pending', now(), now())",
            title,
        )
    except Refuted as refusal:
        return refusal.seen
    return int(database.rows("SELECT id FROM public.tasks WHERE title = %s", title)[0][0])


def delete_by_sql(database: Database, table: str, column: str, value: object) -> str | None:
    """Delete rows by SQL; return what the database said where it refused to."""
    try:
        database.write(f"DELETE FROM public.{table} WHERE {column} = %s", value)  # noqa: S608 - names of ours
    except Refuted as refusal:
        return refusal.seen
    return None


def announce(service: Service, task_id: int) -> None:
    """Put a task's message on the queue, as the API does."""
    queue = service.desk.open_part("queue")
    queue.call("send", queue="tasks", body=f'{{"task_id": {task_id}}}')
    queue.close()


def complete(service: Service, wanted: Sequence[int]) -> dict[int, str | None]:
    """Let the worker have the queue; return the status that each task came to.

    It is over when all are completed, or when every task was handed to the worker, which has come to rest, or is gone.
    """
    functions = service.desk.open_part("functions")
    functions.call("mapping_resume")
    deadline = time.monotonic() + COMPLETION_SECONDS
    over: list[dict[str, Any]] = []
    while True:
        count = len(over)
        found = service.database.task_statuses(wanted)
        waiting = {task_id for task_id, status in found.items() if status not in {"completed", None}}
        if not waiting or time.monotonic() > deadline:
            break
        over = functions.call("wait_invocations", count=count + 1, seconds=REST_SECONDS)
        if len(over) == count and waiting <= handed_over(over):
            found = service.database.task_statuses(wanted)
            break
    functions.close()
    return found


def handed_over(invocations: Sequence[Mapping[str, Any]]) -> set[int]:
    """Return the tasks that messages of these invocations named."""
    named = (task_named(body) for one in invocations for body in one["bodies"])
    return {task_id for task_id in named if task_id is not None}


def task_named(body: str) -> int | None:
    """Return the task that a message names; None where it names none."""
    try:
        found = json.loads(body)
    except (ValueError, RecursionError):
        return None
    task_id = found.get("task_id") if isinstance(found, dict) else None
    return task_id if type(task_id) is int else None
