"""Pages through lists of tasks and keeps what was shown; judges nothing."""

from __future__ import annotations

from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Final, TypeVar
from urllib.parse import urlencode

from checker.kit.task_rows import TaskRows
from checker.suites.task3 import tasks
from checker.suites.task3.changes import Changes, page_through_changes
from checker.suites.task3.pages import Page
from checker.suites.task3.upgrading import Upgraded, upgrade
from checker.suites.task3.walks import Tour, Walk, Walker

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from checker.kit.fixtures import Service
    from checker.kit.http import Reply
    from checker.kit.task_rows import NewTask
    from checker.kit.tasks import TaskApi

T = TypeVar("T")
R = TypeVar("R")
Query = dict[str, str | int]

AT_ONCE: Final = 3  # requests, where the list does not change: client and service have something to do at any time
DEFAULT_LIMIT: Final = 20  # the contract


# How the calm tasks are toured, and how the mixed ones are walked through: a name for each, `limit` and `status`.
TOURS: Final[dict[str, Query]] = {
    "limit": {"limit": 9},  # the last page is full
    "limit and status": {"limit": 4, "status": "pending"},
    "neither": {},
    "status": {"status": "pending"},
    "one by one": {"limit": 1, "status": "failed"},
    "all at once": {"limit": 50, "status": "completed"},
    "nothing": {"status": "processing"},
}
WALKS: Final[dict[str, Query]] = {
    "limit=13": {"limit": 13},
    "no limit": {},
    "limit=100": {"limit": 100},
    "limit=1": {"limit": 1, "status": "failed"},
    "a full last page": {"limit": 13, "status": "processing"},
    "a status": {"status": "pending"},
}
MIXED_TOUR: Final[Query] = {"limit": 13}

ALONE: Final = 3  # tasks of a page that are asked for by their ids as well
LIMITS_OUTSIDE: Final = ("0", "-1", "101", "1000", "ten", "1.5")
TOO_MANY: Final = 101
NO_CURSORS: Final = (
    "this is no cursor",
    "no-cursor",
    "bm90IGEgY3Vyc29y",  # base64 of a text
    "eyJub3QiOiAiYSBjdXJzb3IifQ==",  # base64 of a JSON object
    "c\u00f8rsor",
    "x" * 500,
)
OTHER_HOST: Final = "tasks.example:8080"  # as behind a proxy or a forwarded port


@dataclass(frozen=True)
class Listed:
    """The tasks of a list: status and time by id."""

    tasks: Mapping[int, NewTask]

    def newest_first(self, query: Mapping[str, str | int]) -> list[int]:
        """Return the ids that match, the newest first; the order of equal times is the author's choice."""
        return sorted(self.matching(query), key=lambda task_id: self.tasks[task_id].created_at, reverse=True)

    def matching(self, query: Mapping[str, str | int]) -> set[int]:
        """Return the ids of the tasks that match the status of a request."""
        return {task_id for task_id, task in self.tasks.items() if task.status == query.get("status", task.status)}

    def time(self, task_id: int) -> datetime:
        """Return when a task was made."""
        return self.tasks[task_id].created_at


@dataclass(frozen=True)
class Trial:
    """Everything that was observed.

    `named` holds a page with each kind of link, asked for at `OTHER_HOST`; `before` the page that `previous` of the
    last page of each walk leads to. `alone` has some tasks of the first page of the mixed tour, asked for by their ids.
    `limit_beside_cursor` was asked for with one that is too large, and a cursor that was given out.
    `upgraded` is None where no migration could have left a task out.
    """

    empty: Page
    calm: Listed
    tours: Mapping[str, Tour]
    named: Mapping[str, Page | None]
    mixed: Listed
    walks: Mapping[str, Walk]
    before: Mapping[str, Page | None]
    mixed_tour: Tour
    alone: Mapping[int, Reply]
    limits: Mapping[str, Reply]
    limit_beside_cursor: Page | None
    cursors: Mapping[str, Reply]
    changes: Changes
    upgraded: Upgraded | None


def run_trial(service: Service) -> Trial:
    """Page through everything, and beside that through a database that was upgraded."""
    api = service.client()
    with ThreadPoolExecutor(1) as pool:
        upgraded = pool.submit(upgrade, service, api)
        return page_through(service, api, upgraded)


def page_through(service: Service, api: TaskApi, upgraded: Future[Upgraded | None]) -> Trial:
    """Page through everything else."""
    rows = TaskRows(service.database, api)
    rows.clear()
    empty = Walker(api, limit=10).first()
    calm = put(rows, tasks.calm_tasks())
    tours = at_once(lambda query: Walker(api, **query).tour(page_count(calm, query)), TOURS)
    named = ask_at(api, OTHER_HOST)
    rows.clear()
    mixed = put(rows, tasks.mixed_tasks())
    with ThreadPoolExecutor(1) as pool:
        touring = pool.submit(lambda: Walker(api, **MIXED_TOUR).tour(page_count(mixed, MIXED_TOUR)))
        walks = at_once(lambda query: Walker(api, **query).walk(page_count(mixed, query)), WALKS)
        mixed_tour = touring.result()
    before = at_once(lambda walk: Walker(api, **walk.query).beside(walk.pages[-1], "previous"), walks)
    alone = ask_alone(api, mixed_tour.forth.pages[0])
    limits = at_once(lambda limit: ask(api, limit=limit), {limit: limit for limit in LIMITS_OUTSIDE})
    beside_cursor = Walker(api, limit=TOO_MANY).beside(mixed_tour.forth.pages[0], "next")
    cursors = at_once(lambda cursor: ask(api, cursor=cursor), {cursor: cursor for cursor in NO_CURSORS})
    changes = page_through_changes(api, rows, {task_id: one.created_at for task_id, one in mixed.tasks.items()})
    seen = (empty, calm, tours, named, mixed, walks, before, mixed_tour, alone, limits)
    return Trial(*seen, beside_cursor, cursors, changes, upgraded.result())


def at_once(do: Callable[[T], R], things: Mapping[str, T]) -> dict[str, R]:
    """Do one thing with several, some of them at a time."""
    with ThreadPoolExecutor(AT_ONCE) as pool:
        return dict(zip(things, pool.map(do, things.values()), strict=True))


def ask_at(api: TaskApi, host: str) -> dict[str, Page | None]:
    """Ask for a first page and for the one after it, at the same address by another name and port."""
    walker = Walker(api, limit=5)
    first = walker.first(Host=host)
    return {"next": first, "previous": walker.beside(first, "next", Host=host)}


def ask_alone(api: TaskApi, page: Page) -> dict[int, Reply]:
    """Ask for the first tasks of a page, each by its id."""
    return {} if page.is_empty() else {task_id: api.get(task_id) for task_id in page.ids[:ALONE]}


def put(rows: TaskRows, wanted: Sequence[NewTask]) -> Listed:
    """Put tasks into the table."""
    return Listed(dict(zip(rows.add(wanted), wanted, strict=True)))


def page_count(listed: Listed, query: Mapping[str, str | int]) -> int:
    """Return how many pages a list has."""
    return max(1, -(-len(listed.matching(query)) // limit_of(query)))


def limit_of(query: Mapping[str, str | int]) -> int:
    """Return how many tasks a page may show."""
    return int(query.get("limit", DEFAULT_LIMIT))


def ask(api: TaskApi, **query: str) -> Reply:
    """Ask for a page."""
    return api.client.request("GET", f"/tasks?{urlencode(query)}")
