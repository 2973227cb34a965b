"""Lets everything happen that task1's checks judge, and keeps what was observed; judges nothing."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from checker.suites.task1.guarding import Guard, ask_for_what_is_open, see_off, try_doors
from checker.suites.task1.owning import (
    TASKS_EACH,
    Belongings,
    Lists,
    Seen,
    announce,
    complete,
    delete_by_sql,
    insert_row,
    lists_of,
    look,
    make_belongings,
)
from checker.suites.task1.passwords import where_clear
from checker.suites.task1.people import People, gather_people
from checker.suites.task1.searching import search_apart
from checker.suites.task1.upgrading import Upgraded, upgrade

if TYPE_CHECKING:
    from checker.kit.fixtures import Service
    from checker.kit.http import Reply

NO_TASK: Final = 1  # an id to knock with where no task could be made


@dataclass(frozen=True)
class Ending:
    """What the worker came to, and what was seen afterwards."""

    completed: dict[int, str | None]
    read: Reply
    lists: Lists
    removal: str | None  # why a task could not be deleted by SQL


@dataclass(frozen=True)
class Trial:
    """Everything that was observed. `seen` and `ending` are None where no task could be made."""

    secret: str
    wall: float  # what the wall clock is ahead of `time.monotonic()`
    open: list[Reply]
    people: People
    found: list[str]  # where passwords stand in the database
    owners: Belongings
    others: Belongings
    inserted: int | str  # a row by SQL: its id, or why it was refused
    seen: Seen | None
    guard: Guard
    ending: Ending | None
    upgraded: Upgraded


def run_trial(service: Service) -> Trial:
    """Let everything happen, from the moment when the submission is there.

    The upgrade of a filled database goes on beside the rest, which begins when the API answers.
    """
    secret = service.desk.addresses["jwt_secret"]
    with ThreadPoolExecutor(2) as pool:
        upgraded = pool.submit(upgrade, service)
        base = service.base()
        wide_open = ask_for_what_is_open(base)
        people = gather_people(service, base)
        logged_in = people.owner.token is not None  # otherwise no task can be judged
        if logged_in:
            service.start_worker()
        found = pool.submit(search, people, secret)
        owners, others = make_belongings(people.owner.client), make_belongings(people.other.client)
        inserted = insert_row(service.database)
        known = owners.failed if len(owners.ids) == TASKS_EACH else NO_TASK
        whole = logged_in and len(owners.ids) == len(others.ids) == TASKS_EACH
        seen = look(service, people, owners, inserted) if whole else None
        guard = try_doors(service, base, people.owner, secret, known)
        if people.has_table:
            see_off(service, base, people.leaver, known, guard)
        ending = finish(service, people, owners, others, inserted) if whole else None
    wall = time.time() - time.monotonic()
    return Trial(
        *(secret, wall, wide_open, people, found.result(), owners, others, inserted, seen, guard, ending),
        upgraded.result(),
    )


def search(people: People, secret: str) -> list[str]:
    """Look in everything that was stored for one password in all its forms, and for those that were sent in clear.

    One is enough: whoever hashes does so alike for everybody.
    """
    one = people.owner
    sent = [*(other.password for other in people.all), people.taking.password, people.owner.password]
    places = [where_clear(people.stored, password) for password in dict.fromkeys(sent)]
    places.append(search_apart(people.stored, one.name, one.password, secret))
    return list(dict.fromkeys(place for place in places if place is not None))


def finish(service: Service, people: People, owners: Belongings, others: Belongings, inserted: int | str) -> Ending:
    """Let the worker do its work, look once more, and delete a task by SQL."""
    wanted = [owners.pending, others.pending]
    if isinstance(inserted, int):
        announce(service, inserted)
        wanted.append(inserted)
    completed = complete(service, wanted)
    read = people.owner.client.request("GET", f"/tasks/{owners.pending}")
    lists = lists_of(people.owner.client)
    return Ending(completed, read, lists, delete_by_sql(service.database, "tasks", "id", others.spare))
