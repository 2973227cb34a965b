"""A database that held tasks before there were users, and an API that serves it afterwards."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, TypeAlias

from checker.kit.accounts import Account, open_account
from checker.kit.upgrade import apart, make_upgrade
from checker.suites.task1.owning import COLUMNS, Lists, Meddling, lists_of, meddle, new_title
from checker.suites.task1.people import a_name, has_users, some

if TYPE_CHECKING:
    from checker.kit.database import Database
    from checker.kit.fixtures import Service
    from checker.kit.http import Reply

    TaskRow: TypeAlias = tuple[Any, ...]

NAME: Final = "upgraded"
FEWEST_MINUTES: Final = 3
MOST_MINUTES: Final = 25
SECRET_BYTES: Final = 32  # the least that the contract allows
OLD_TASKS: Final = (
    ("pending", None),
    ("processing", "half done"),
    ("completed", ""),
    ("failed", "Grüße, 任务"),
    ("pending", "x" * 5_000),
)
# Some more were deleted before the migration: how many there are is no id. The first id is still there.
GONE: Final = OLD_TASKS[:2]
GONE_IDS: Final = (2, 3, 5, 6)


@dataclass(frozen=True)
class Served:
    """What the API on the upgraded database does: for its first user, under settings of its own."""

    secret: str
    minutes: int
    account: Account
    lists: Lists | None
    meddling: list[Meddling]
    created: Reply | None  # the first task after the migration


@dataclass(frozen=True)
class Upgraded:
    """The tasks before and after the migration, why it failed if it did, and the API; `served` is None without one."""

    before: list[TaskRow]
    after: list[TaskRow]
    failure: str | None
    has_table: bool
    served: Served | None

    @property
    def is_whole(self) -> bool:
        """Whether the migration ran, every task is there as it was, and so are users."""
        return self.failure is None and self.after == self.before and self.has_table


def upgrade(service: Service) -> Upgraded:
    """Fill a database at the starter's revision, let the migrations run, and ask an API on it for the old tasks."""
    second = make_upgrade(service, NAME)
    for status, description in (OLD_TASKS[0], *GONE, OLD_TASKS[1], *GONE, *OLD_TASKS[2:]):
        second.database.write(
            "INSERT INTO public.tasks (title, description, status, created_at, updated_at) "
            "VALUES (%s, %s, %s, now() - interval '40 days', now() - interval '1 day')",
            *(secrets.token_hex(8), description, status),
        )
    second.database.write("DELETE FROM public.tasks WHERE id = ANY (%s)", list(GONE_IDS))
    before = tasks_in(second.database)
    failure = second.migrate()
    after = tasks_in(second.database)
    has_table = has_users(second.database)
    if failure is not None or not has_table:
        return Upgraded(before, after, failure, has_table, None)
    minutes, secret = secrets.choice(range(FEWEST_MINUTES, MOST_MINUTES)), secrets.token_hex(SECRET_BYTES // 2)
    url = second.start_api({"JWT_SECRET": secret, "JWT_EXPIRE_MINUTES": str(minutes), **apart(service, NAME)})
    served = None
    if url is not None:
        served = serve(url, second.database, secret, minutes)
        second.stop_api()
    return Upgraded(before, after, failure, has_table, served)


def serve(url: str, database: Database, secret: str, minutes: int) -> Served:
    """Ask the API, as its first user, for the tasks that were there before, and for a new one."""
    account = open_account(url, a_name(8), some(16))
    if account.token is None:
        return Served(secret, minutes, account, None, [], None)
    ids = [row[0] for row in tasks_in(database)]
    lists = lists_of(account.client)
    meddling = [meddle(account.client, database, one) for one in ids[:2]]
    created = account.client.request("POST", "/tasks", json={"title": new_title()})
    return Served(secret, minutes, account, lists, meddling, created)


def tasks_in(database: Database) -> list[TaskRow]:
    """Return all tasks, the columns of the contract alone."""
    return database.rows(f"SELECT {COLUMNS} FROM public.tasks ORDER BY id")  # noqa: S608 - names of ours
