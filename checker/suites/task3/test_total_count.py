"""total-count: all tasks that match, on every page."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from checker.kit.expect import expect, proves
from checker.suites.task3.many import ALL
from checker.suites.task3.trial import WALKS
from checker.suites.task3.walks import REFUSALS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from checker.suites.task3.costs import Costs
    from checker.suites.task3.pages import Page
    from checker.suites.task3.trial import Trial


def expect_total(pages: Sequence[Page], totals: Sequence[int], why: str = "") -> None:
    """Refute that the pages tell these totals; what is refused or not led to is another requirement's business."""
    for number, (page, total) in enumerate(zip(pages, totals, strict=True), start=1):
        if page.reply.status in REFUSALS or (number > 1 and page.reply.status != 200):
            return
        expect(
            page.total == total,
            expected=f"`total` {total} on page {number}{why and f': {why}'}",
            seen=f"`total` {page.total}",
            repeat=page.reply.request,
        )


@proves("total-count")
def test_nothing_is_counted_as_nothing(trial: Trial) -> None:
    """0 where there are no tasks, or none of a status."""
    expect_total([trial.empty], [0])
    expect_total(trial.tours["nothing"].forth.pages[:1], [0])


@proves("total-count")
@pytest.mark.parametrize("name", WALKS)
def test_every_page_tells_the_total(trial: Trial, name: str) -> None:
    """All that match, with a status and without, from the first page to the last."""
    pages = trial.walks[name].pages
    expect_total(pages, [len(trial.mixed.matching(WALKS[name]))] * len(pages))


@proves("total-count")
@pytest.mark.parametrize("name", WALKS)
def test_a_page_before_tells_the_total_too(trial: Trial, name: str) -> None:
    """The same on a page that `previous` leads to."""
    page = trial.before[name]
    if page is not None and page.reply.status == 200:
        expect_total([page], [len(trial.mixed.matching(WALKS[name]))])


@proves("total-count")
def test_many_are_counted_to_the_last(costs: Costs) -> None:
    """100,000 are 100,000, and neither about as many nor more than 10,000; and fewer once some are deleted."""
    pages = [cost.page for cost in costs.pages.values()]
    expect_total(pages, [ALL] * len(pages))
    for page, left in costs.fewer:
        expect_total([page], [left], f"{ALL - left} of {ALL:,} tasks were deleted by SQL just before")


@proves("total-count")
def test_tasks_from_before_the_migration_count(trial: Trial) -> None:
    """What a database held at revision 0001 is a part of the total after `alembic upgrade head`."""
    upgraded = trial.upgraded
    if upgraded is not None and upgraded.walk is not None:
        pages = upgraded.walk.pages[:1]
        expect_total(pages, [len(upgraded.tasks)], "tasks that were there before the migration count too")


@proves("total-count")
def test_the_total_follows_a_change_of_status(trial: Trial) -> None:
    """A task counts where it stands now, whoever changed it."""
    for page, total in trial.changes.recounted:
        expect_total(
            [page],
            [total],
            "after tasks were changed from pending to completed by SQL, two of them at once, and by PUT",
        )


@proves("total-count")
def test_the_total_follows_what_changes(trial: Trial) -> None:
    """What is added or deleted while a client pages through the list counts on the next page."""
    expect_total(trial.changes.pages, trial.changes.totals, "tasks were added or deleted after each page")
