"""Pages through a list while tasks are added and deleted; judges nothing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final

from checker.kit.task_rows import NewTask, delete_task, make_task
from checker.suites.task3.pages import Page
from checker.suites.task3.walks import MORE, Walker

if TYPE_CHECKING:
    from checker.kit.task_rows import TaskRows
    from checker.kit.tasks import TaskApi

LIMIT: Final = 7
OLD_STATUS: Final = "pending"
NEW_STATUS: Final = "completed"
EVERY: Final = 3  # pages: after the first of them tasks are added, after the second and third one is deleted
IN_BETWEEN: Final = timedelta(microseconds=500)  # no mixed task has this time


@dataclass
class Changes:
    """What was shown meanwhile.

    `totals` holds how many tasks there were when each page was asked for, `deleted` the ids that went meanwhile.
    `first_pages` are the first three pages of the list as it was left; `back` is the page before the third, asked for
    before and after the first task of the third was deleted. `recounted` holds lists of a status and their right
    totals, each before and after tasks changed theirs. `emptied` is the page behind the last tasks that were left.
    """

    pages: list[Page] = field(default_factory=list)
    totals: list[int] = field(default_factory=list)
    deleted: set[int] = field(default_factory=set)
    first_pages: list[Page] = field(default_factory=list)
    back: tuple[Page | None, Page | None] = (None, None)
    recounted: list[tuple[Page, int]] = field(default_factory=list)
    emptied: Page | None = None


def page_through_changes(api: TaskApi, rows: TaskRows, times: Mapping[int, datetime]) -> Changes:
    """Walk through the tasks, whose times are given, and change the list after each page."""
    walker = Walker(api, limit=LIMIT)
    changes = Changes()
    count = len(times)
    page: Page | None = walker.first()
    while page is not None and len(changes.pages) < count // LIMIT + 4 * MORE:
        changes.pages.append(page)
        changes.totals.append(count)
        if page.is_empty():
            break
        count += change(api, rows, times, changes)
        page = walker.beside(page, "next")
    go_back(api, walker, changes)
    recount(api, rows, changes)
    changes.emptied = empty_behind(rows, walker)
    return changes


def empty_behind(rows: TaskRows, walker: Walker) -> Page | None:
    """Delete all tasks but those of the first page, and ask for the page after it."""
    first = walker.first()
    if first.is_empty():
        return None
    rows.keep(first.ids)
    return walker.beside(first, "next")


def recount(api: TaskApi, rows: TaskRows, changes: Changes) -> None:
    """Ask for lists of a status, let some tasks change theirs, and ask again."""
    walkers = {status: Walker(api, limit=LIMIT, status=status) for status in (OLD_STATUS, NEW_STATUS)}

    def count() -> list[Page]:
        pages = [walker.first() for walker in walkers.values()]
        changes.recounted += zip(pages, map(rows.count, walkers), strict=True)
        return pages

    pending, _ = count()
    if pending.is_empty():
        return
    by_put, *by_sql = pending.ids
    rows.set_status(by_sql[2:], NEW_STATUS)
    count()
    if len(by_sql) > 1:
        rows.set_status_at_once(by_sql[0], by_sql[1], NEW_STATUS)
        count()
    api.client.request("PUT", f"/tasks/{by_put}", json={"status": NEW_STATUS})
    count()


def change(api: TaskApi, rows: TaskRows, times: Mapping[int, datetime], changes: Changes) -> int:
    """Add some tasks, or delete one that a cursor may have come from; return by how many there are more now."""
    last = changes.pages[-1].ids[-1]
    turn = len(changes.pages) % EVERY
    if turn == 1:
        return add_some(api, rows, times.get(last))
    victim = last if turn == 2 else first_of_the_next(times, changes)
    if victim is None or victim in changes.deleted:
        return 0
    changes.deleted.add(victim)
    delete_task(api, victim)
    return -1


def add_some(api: TaskApi, rows: TaskRows, time: datetime | None) -> int:
    """Add a newer task, and two about the time of the last one that was shown."""
    make_task(api)
    if time is None:
        return 1
    rows.add([NewTask("pending", time), NewTask("pending", time + IN_BETWEEN)])
    return 3


def first_of_the_next(times: Mapping[int, datetime], changes: Changes) -> int | None:
    """Return a task that the next page is to begin with, one of those where several share the time."""
    shown = {task_id for page in changes.pages for task_id in page.ids}
    coming = times.keys() - shown - changes.deleted
    return max(coming, key=lambda task_id: times[task_id], default=None)


def go_back(api: TaskApi, walker: Walker, changes: Changes) -> None:
    """Ask for the page before the third one, then delete the task that its cursor may have come from, and ask again."""
    pages = [walker.first()]
    while len(pages) < EVERY and (following := walker.beside(pages[-1], "next")) is not None:
        pages.append(following)
    changes.first_pages = pages
    if len(pages) < EVERY or pages[-1].is_empty():
        return
    before = walker.beside(pages[-1], "previous")
    delete_task(api, pages[-1].ids[0])
    changes.back = before, walker.beside(pages[-1], "previous")
