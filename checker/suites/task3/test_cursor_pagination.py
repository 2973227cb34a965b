"""cursor-pagination: newest first, each task exactly once, whatever happens between two pages."""

from __future__ import annotations

from datetime import datetime
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import pytest

from checker.kit.expect import NotRun, expect, proves
from checker.kit.tasks import task_of
from checker.suites.task3.judging import asked, pages_are_right, shown, some, what_is_missing, where_it_stopped
from checker.suites.task3.pages import TIMES, is_time
from checker.suites.task3.trial import LIMITS_OUTSIDE, NO_CURSORS, WALKS, limit_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from checker.kit.task_rows import NewTask
    from checker.suites.task3.pages import Page
    from checker.suites.task3.trial import Trial


@proves("cursor-pagination")
def test_without_tasks_the_list_is_empty(trial: Trial) -> None:
    """A list of nothing is an object too."""
    page = trial.empty
    expect(page.ids == [], expected="no items where there are no tasks", seen=page.reply, repeat=page.reply.request)


@proves("cursor-pagination")
@pytest.mark.parametrize("name", WALKS)
def test_every_task_shows_exactly_once(trial: Trial, name: str) -> None:
    """Followed from page to page, every task that matches shows once, also where many share one time."""
    walk, wanted = trial.walks[name], trial.mixed.matching(WALKS[name])
    problem = what_is_missing(shown(walk.pages), wanted)
    expect(
        not problem,
        expected=f"each of {len(wanted)} tasks exactly once, page by page, many of one time, some a microsecond apart",
        seen=f"{problem}; {where_it_stopped(walk.pages)}",
        repeat=walk.pages[0].reply.request,
    )


@proves("cursor-pagination")
@pytest.mark.parametrize("name", WALKS)
def test_the_newest_come_first(trial: Trial, name: str) -> None:
    """`created_at` descends, to the microsecond, over all pages."""
    expect_newest_first(trial.walks[name].pages, trial.mixed.tasks, f"for {asked(WALKS[name])}")


def expect_newest_first(pages: Sequence[Page], there: Mapping[int, NewTask], whose: str) -> None:
    """Refute that the tasks that were there stand in the order of their times, over all pages."""
    for earlier, later in pairwise(task_id for task_id in shown(pages) if task_id in there):
        times = there[earlier].created_at, there[later].created_at
        expect(
            times[0] >= times[1],
            expected=f"the newest first, by created_at to the microsecond, {whose}",
            seen=f"task {earlier} of {times[0].isoformat()} before task {later} of {times[1].isoformat()}",
            repeat=pages[0].reply.request,
        )


@proves("cursor-pagination")
def test_equal_times_stand_in_the_order_of_their_ids(trial: Trial) -> None:
    """Among tasks of one time the ids go up, or down, the same on all pages of all lists."""
    pairs = [
        pair
        for walk in trial.walks.values()
        for pair in pairwise(task_id for task_id in shown(walk.pages) if task_id in trial.mixed.tasks)
        if trial.mixed.time(pair[0]) == trial.mixed.time(pair[1]) and pair[0] != pair[1]
    ]
    up = [pair for pair in pairs if pair[0] < pair[1]]
    down = [pair for pair in pairs if pair[0] > pair[1]]
    expect(
        not (up and down),
        expected="tasks of one created_at by id, all up or all down",
        seen=f"ids {up[:1] or ''} and {down[:1] or ''}, one after the other with the same time",
    )


@proves("cursor-pagination")
@pytest.mark.parametrize("name", WALKS)
def test_a_page_has_as_many_tasks_as_it_may(trial: Trial, name: str) -> None:
    """`limit` tasks, 20 where it is left out, while there are as many."""
    query, pages = WALKS[name], trial.walks[name].pages
    limit = limit_of(query)
    first = min(limit, len(trial.mixed.matching(query)))
    expect(
        len(pages[0].ids) == first and all(len(page.ids) <= limit for page in pages),
        expected=f"pages of {limit} tasks for {asked(query)}",
        seen=f"pages of {', '.join(str(len(page.ids)) for page in pages[:5])}",
        repeat=pages[0].reply.request,
    )


@proves("cursor-pagination")
def test_a_page_shows_tasks_as_they_are(trial: Trial) -> None:
    """A task in a list is what `GET /tasks/{id}` shows, whatever the zone that a time is given in."""
    page = trial.mixed_tour.forth.pages[0]
    items = {item["id"]: item for item in page.items}
    for task_id, reply in trial.alone.items():
        wanted = comparable(task_of(reply.expect_status(200)))
        shown_as = comparable(items[task_id])
        differing = [name for name, value in wanted.items() if shown_as.get(name) != value]
        expect(
            not differing,
            expected=f"task {task_id} as GET /tasks/{task_id} shows it, `{''.join(differing[:1])}` too",
            seen=f"{items[task_id]}",
            repeat=page.reply.request,
        )


def comparable(task: Mapping[str, Any]) -> dict[str, Any]:
    """Return the promised fields of a task, its times as moments."""
    times = {name: datetime.fromisoformat(task[name]) for name in TIMES if is_time(task.get(name))}
    return {name: task.get(name) for name in ("title", "description", "status")} | times


@proves("cursor-pagination")
@pytest.mark.parametrize("limit", LIMITS_OUTSIDE)
def test_a_limit_outside_1_to_100_is_refused(trial: Trial, limit: str) -> None:
    """422 for a limit that is none."""
    trial.limits[limit].expect_status(422)


@proves("cursor-pagination")
def test_a_limit_outside_1_to_100_is_refused_beside_a_cursor(trial: Trial) -> None:
    """Also where the page begins at a cursor that was given out."""
    if trial.limit_beside_cursor is not None:
        trial.limit_beside_cursor.reply.expect_status(422)


@proves("cursor-pagination")
@pytest.mark.parametrize("cursor", NO_CURSORS)
def test_text_that_is_no_cursor_is_refused(trial: Trial, cursor: str) -> None:
    """400 or 422 for text that no page gave out."""
    trial.cursors[cursor].expect_status(400, 422)


@proves("cursor-pagination")
def test_what_changes_meanwhile_moves_nothing(trial: Trial) -> None:
    """Tasks are added, and those that cursors came from are deleted: the others show exactly once all the same."""
    needs_right_pages(trial)
    changes = trial.changes
    there = trial.mixed.tasks.keys() - changes.deleted
    problem = what_is_missing([task_id for task_id in shown(changes.pages) if task_id in there], there)
    expect(
        not problem,
        expected="each task that was there at the start and still is exactly once, while others are added and deleted",
        seen=f"{problem}; {where_it_stopped(changes.pages)}",
        repeat=changes.pages[0].reply.request,
    )


@proves("cursor-pagination")
def test_tasks_from_before_the_migration_show(trial: Trial) -> None:
    """A database at revision 0001 that holds tasks can be upgraded; each shows exactly once then, in its place."""
    needs_right_pages(trial)
    upgraded = trial.upgraded
    if upgraded is None:
        return
    expect(
        upgraded.failure is None,
        expected="`alembic upgrade head` to work on a database at revision 0001 that holds tasks, and the API on it",
        seen=upgraded.failure,
    )
    if upgraded.walk is not None:
        pages = upgraded.walk.pages
        problem = what_is_missing(shown(pages), upgraded.tasks)
        expect(
            not problem,
            expected=f"each of the {len(upgraded.tasks)} tasks that were there before the migration exactly once",
            seen=f"{problem}; {where_it_stopped(pages)}",
            repeat=pages[0].reply.request,
        )
        expect_newest_first(pages, upgraded.tasks, "for tasks that were there before the migration")


@proves("cursor-pagination")
def test_a_cursor_leads_back_though_its_task_is_gone(trial: Trial) -> None:
    """`previous` of a page leads to the same tasks after the page's first task, which it may come from, is deleted."""
    needs_right_pages(trial)
    before, after = trial.changes.back
    wanted = trial.changes.first_pages[1].ids if len(trial.changes.first_pages) > 1 else []
    if before is None or before.reply.status != 200 or before.ids != wanted:
        return  # it leads elsewhere anyway, which is for `page-links` to say
    seen: Any = "no page" if after is None else after.reply if after.is_empty() else some(after.ids)
    expect(
        after is not None and after.ids == wanted,
        expected=f"page 2 ({some(wanted)}) by `previous` of page 3, also after page 3's first task was deleted",
        seen=seen,
        repeat=after.reply.request if after is not None else "",
    )


@proves("cursor-pagination")
def test_behind_the_last_task_there_is_an_empty_page(trial: Trial) -> None:
    """A cursor that was given out leads to a page, also where all tasks that it led to were deleted."""
    needs_right_pages(trial)
    page = trial.changes.emptied
    if page is not None:
        page.reply.expect_status(200)
        expect(
            page.ids == [],
            expected="no items by `next` of a page behind which all tasks were deleted",
            seen=some(page.ids),
            repeat=page.reply.request,
        )


def needs_right_pages(trial: Trial) -> None:
    """Judge changes only where pages are right without any."""
    if not pages_are_right(trial):
        raise NotRun("some tasks are missing or repeated where nothing changes")
