"""Every endpoint, tried with every kind of bad token, and what that left behind."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from checker.kit.http import Client
from checker.suites.task1.doors import NO_TOKEN, Door, Knock, bearing, doors, keys_for, knock, knock_around, wrong_doors
from checker.suites.task1.owning import delete_by_sql, row_of
from checker.suites.task1.people import USELESS

if TYPE_CHECKING:
    from checker.kit.accounts import Account
    from checker.kit.fixtures import Service
    from checker.kit.http import Reply
    from checker.suites.task1.owning import TaskRow

OPEN: Final = ("/health", "/openapi.json")


@dataclass
class Guard:
    """Requests that had to be refused, by what was wrong with their token, and what they left behind."""

    knocks: dict[str, list[Knock]] = field(default_factory=dict)
    before: TaskRow | None = None
    after: TaskRow | None = None
    made: int = 0
    farewell: str | None = None  # why a user could not be removed by SQL
    useless: Reply | None = None  # a registration without a name, with a token that is good for nothing

    @property
    def all(self) -> list[Knock]:
        """Every request that had to be refused."""
        return [one for several in self.knocks.values() for one in several]


def ask_for_what_is_open(base: str) -> list[Reply]:
    """Ask for what needs no token, without one and with one that is good for nothing."""
    return [Client(base, headers).request("GET", path) for path in OPEN for headers in ({}, USELESS)]


def try_doors(service: Service, base: str, owner: Account, secret: str, task_id: int) -> Guard:
    """Knock at every door with everything that can be made of the owner's token."""
    guard = Guard(before=row_of(service.database, task_id))
    owner.client.request("GET", f"/tasks/{task_id}")  # a branch with task 4 has a copy of it from now on
    where, keys = doors(task_id), keys_for(owner, secret)
    guard.knocks = {
        "no-token": knock(base, where, NO_TOKEN),
        "malformed": knock_around(base, where, bearing(keys.malformed)),
        "altered": knock_around(base, where, bearing(keys.altered)),
        "expired": knock(base, where, bearing(keys.expired)),
        "endless": knock(base, where, bearing(keys.endless)),
        "unsigned": knock_around(base, where, bearing(keys.unsigned)),
        "other-key": knock_around(base, where, bearing(keys.other_key)),
        "other-algorithm": knock_around(base, where, bearing(keys.other_algorithm)),
        "first": knock(base, wrong_doors(task_id), {"no token": None, **bearing(keys.expired)}),
    }
    guard.useless = Client(base, USELESS).request("POST", "/auth/register", json={})
    guard.after = row_of(service.database, task_id)
    guard.made = count_made(service, where)
    return guard


def count_made(service: Service, where: list[Door]) -> int:
    """Return how many tasks there are that requests without a good token asked for."""
    titles = [door.body["title"] for door in where if door.method == "POST"]
    found: int = service.database.rows("SELECT count(*) FROM public.tasks WHERE title = ANY(%s)", titles)[0][0]
    return found


def see_off(service: Service, base: str, leaver: Account | None, task_id: int, guard: Guard) -> None:
    """Remove a user, and knock with the token that the user was given."""
    if leaver is None or leaver.token is None:
        return
    guard.farewell = delete_by_sql(service.database, "users", "username", leaver.name)
    if guard.farewell is None:
        gone = {"a token of a user who is gone": leaver.token}
        guard.knocks["gone"] = knock(base, doors(task_id), bearing(gone))
