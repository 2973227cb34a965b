"""The tasks that task3's suite makes, and how it tells what is missing of them."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from itertools import pairwise

import pytest

from checker.suites.task3 import tasks
from checker.suites.task3.judging import what_is_missing
from checker.suites.task3.test_efficient_queries import has_offset
from checker.suites.task3.trial import MIXED_TOUR, TOURS, WALKS, limit_of


def test_the_calm_tasks_differ_by_minutes() -> None:
    """Oldest first, so that ids will be in the order of the times; as many of each status as promised."""
    times = [task.created_at for task in tasks.calm_tasks()]
    assert {later - earlier for earlier, later in pairwise(times)} == {timedelta(minutes=1)}
    assert all(time.second == time.microsecond == 0 for time in times)
    assert Counter(task.status for task in tasks.calm_tasks()) == tasks.CALM
    assert len(times) == tasks.CALM_COUNT


def test_the_mixed_tasks_have_equal_times_and_times_a_microsecond_apart() -> None:
    """Many of one time, twice; some a microsecond apart; no order but by chance."""
    made = tasks.mixed_tasks()
    times = sorted(task.created_at for task in made)
    equal = [count for count in Counter(times).values() if count > 1]
    assert sorted(equal) == [25, 40]
    assert sum(later - earlier == timedelta(microseconds=1) for earlier, later in pairwise(times)) == 19
    assert [task.created_at for task in made] != times
    assert Counter(task.status for task in made) == tasks.MIXED
    assert len(made) == tasks.MIXED_COUNT


def test_single_steps_lead_through_equal_and_close_times() -> None:
    """The tasks of the status that is walked through one by one have both."""
    times = sorted(task.created_at for task in tasks.mixed_tasks() if task.status == "failed")
    gaps = [later - earlier for earlier, later in pairwise(times)]
    assert gaps.count(timedelta(0)) >= 3
    assert any(timedelta(0) < gap < timedelta(milliseconds=1) for gap in gaps)


def test_pages_end_where_it_hurts() -> None:
    """Among equal times, at a full last page, and the tours and walks have several pages."""
    assert tasks.CALM_COUNT % limit_of(TOURS["limit"]) == 0
    assert tasks.MIXED["processing"] % limit_of(WALKS["a full last page"]) == 0
    newest_first = sorted((task.created_at for task in tasks.mixed_tasks()), reverse=True)
    limit = limit_of(MIXED_TOUR)
    borders = range(limit, tasks.MIXED_COUNT, limit)
    assert sum(newest_first[border - 1] == newest_first[border] for border in borders) >= 3


@pytest.mark.parametrize(
    ("ids", "problem"),
    [
        ([3, 1, 2], ""),
        ([1, 2], "1 tasks not shown (id 3)"),
        ([1, 2, 2, 3], "1 tasks shown more than once (id 2)"),
        ([1, 2, 3, 4], "1 tasks shown though they do not match (id 4)"),
        ([], "3 tasks not shown (id 1, 2, 3)"),
    ],
)
def test_what_is_missing_is_named(ids: list[int], problem: str) -> None:
    """Missing, repeated, or of another status."""
    assert what_is_missing(ids, {1, 2, 3}) == problem


@pytest.mark.parametrize(
    ("statement", "has"),
    [
        ("SELECT * FROM tasks LIMIT $1 OFFSET $2", True),
        ("select * from tasks offset 0", True),
        ("SELECT * FROM tasks OFFSET\n(SELECT 1) ROWS", True),
        ("SELECT 'OFFSET 1' FROM tasks", False),
        ('SELECT "offset" FROM pages', False),
        ("SELECT 1 -- OFFSET 1", False),
        ("SELECT /* no OFFSET */ 1", False),
        ("SELECT utc_offset, offset_of(x) FROM tasks", False),
        ("DO $body$ BEGIN PERFORM 1 OFFSET 1; END $body$", False),
        ("SELECT 'it''s' FROM tasks OFFSET 1", True),
    ],
)
def test_an_offset_is_a_clause_and_not_a_word(statement: str, has: bool) -> None:
    """Texts, names and comments may hold the word; what a block does is seen statement by statement."""
    assert has_offset(statement) is has
