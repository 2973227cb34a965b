"""page-links: requested as they stand, null at the ends, there and back again."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl, urlsplit

import pytest

from checker.kit.expect import expect, proves
from checker.suites.task3.judging import asked, pages_are_right, shown, some, what_is_missing
from checker.suites.task3.pages import LINKS, can_be_requested
from checker.suites.task3.trial import MIXED_TOUR, OTHER_HOST, TOURS

if TYPE_CHECKING:
    from checker.suites.task3.pages import Page
    from checker.suites.task3.trial import Query, Trial
    from checker.suites.task3.walks import Tour


@proves("page-links")
@pytest.mark.parametrize("name", TOURS)
def test_links_can_be_requested_as_they_stand(trial: Trial, name: str) -> None:
    """Absolute on the host and port that the request named, or from the root; answered with 200."""
    tour = trial.tours[name]
    for walk in (tour.forth, tour.back, tour.again):
        expect(
            not walk.stopped,
            expected="a link on the host and port that the request named, or one from the root",
            seen=walk.stopped,
            repeat=walk.pages[-1].reply.request,
        )
        for page in walk.pages:
            page.reply.expect_status(200)


@proves("page-links")
@pytest.mark.parametrize("link", LINKS)
def test_links_name_the_host_that_the_request_named(trial: Trial, link: str) -> None:
    """The API is known by more than one name, and its port by more than one number."""
    page = trial.named[link]
    if page is None:
        return  # no link led there, which is judged elsewhere
    url = page.link(link)
    expect(
        url is not None and can_be_requested(url, OTHER_HOST),
        expected=f"`{link}` on {OTHER_HOST}, the host and port that the request named, or from the root",
        seen=url,
        repeat=page.reply.request,
    )


@proves("page-links")
@pytest.mark.parametrize("name", TOURS)
def test_links_keep_limit_and_status(trial: Trial, name: str) -> None:
    """A page that a link leads to is as long as the one before, and of the same status."""
    tour, query = trial.tours[name], TOURS[name]
    ways = ((tour.forth, "next"), (tour.back, "previous"), (tour.again, "next"))
    for walk, way in ways:
        for before, page in pairwise(walk.pages):
            expect_kept_status(trial, query, before.link(way), page)
            expect_kept_limit(query, before.link(way), page)


@proves("page-links")
def test_both_are_null_where_there_are_no_tasks(trial: Trial) -> None:
    """The only page of an empty list is its first and its last."""
    for link in LINKS:
        url = trial.empty.link(link)
        expect(url is None, expected=f"`{link}` null where there are no tasks", seen=url)


@proves("page-links")
@pytest.mark.parametrize("name", TOURS)
def test_next_is_null_on_the_last_page(trial: Trial, name: str) -> None:
    """Also where the last page is full, and not before."""
    walk, query = trial.tours[name].forth, TOURS[name]
    if not can_be_judged(trial, name):
        return
    missing = what_is_missing(shown(walk.pages), trial.calm.matching(query))
    expect(not missing, expected=f"`next` on every page of {asked(query)} but the last", seen=missing)
    empty = [page for page in walk.pages[1:] if not page.ids]
    expect(
        not empty and walk.pages[-1].link("next") is None,
        expected=f"`next` null on the last page of {asked(query)}",
        seen="a link to a page without tasks" if empty else walk.pages[-1].link("next"),
        repeat=walk.pages[-1].reply.request,
    )


@proves("page-links")
@pytest.mark.parametrize("name", TOURS)
def test_previous_is_null_on_the_first_page(trial: Trial, name: str) -> None:
    """Also where the first page was reached by going back, and not before."""
    tour = trial.tours[name]
    for page in (tour.forth.pages[0], *(tour.back.pages[-1:] if can_be_judged(trial, name) else ())):
        expect(
            page.link("previous") is None,
            expected=f"`previous` null on the first page of {asked(TOURS[name])}",
            seen=page.link("previous"),
            repeat=page.reply.request,
        )


@proves("page-links")
@pytest.mark.parametrize("name", TOURS)
def test_previous_leads_back_to_the_page_before(trial: Trial, name: str) -> None:
    """From the last page to the first the same pages come again, each as it was."""
    if can_be_judged(trial, name):
        expect_same_way_back(trial.tours[name], TOURS[name])


@proves("page-links")
def test_previous_leads_back_among_equal_times(trial: Trial) -> None:
    """The same where pages end among tasks of one time."""
    if pages_are_right(trial):
        expect_same_way_back(trial.mixed_tour, MIXED_TOUR)


@proves("page-links")
@pytest.mark.parametrize("name", TOURS)
def test_next_leads_on_from_a_page_that_was_gone_back_to(trial: Trial, name: str) -> None:
    """Back on the first page, `next` leads to the second one again."""
    tour = trial.tours[name]
    if can_be_judged(trial, name) and 1 < len(tour.forth.pages) == len(tour.back.pages):
        first, *following = tour.again.pages
        expect(
            following and following[0].ids == tour.forth.pages[1].ids,
            expected=f"the second page again ({some(tour.forth.pages[1].ids)}) from the first one, gone back to",
            seen=some(following[0].ids) if following else f"`next` {first.link_if_any('next')}",
            repeat=first.reply.request,
        )


def expect_kept_status(trial: Trial, query: Query, link: str | None, page: Page) -> None:
    """Refute that a page has tasks of another status, where its link does not name the right one."""
    others = set(page.ids) - trial.calm.matching(query)
    expect(
        not others or names(link, "status", query),
        expected=f"links that keep the status of {asked(query)}",
        seen=f"tasks of another status ({some(others)})",
        repeat=page.reply.request,
    )


def expect_kept_limit(query: Query, link: str | None, page: Page) -> None:
    """Refute that a page between two others is not as long as the first, where its link does not name the limit."""
    inside = page.link(LINKS[0]) is not None and page.link(LINKS[1]) is not None
    limit = int(query.get("limit", len(page.ids)))
    expect(
        (len(page.ids) == limit if inside else len(page.ids) <= limit) or names(link, "limit", query),
        expected=f"links that keep the limit of {asked(query)}: {limit} tasks a page",
        seen=f"{len(page.ids)} tasks",
        repeat=page.reply.request,
    )


def names(link: str | None, name: str, query: Query) -> bool:
    """Whether a link has the parameter as the request had it: then the list, and not the link, is to blame."""
    return (name, str(query.get(name))) in parse_qsl(urlsplit(link or "").query)


def can_be_judged(trial: Trial, name: str) -> bool:
    """Whether the pages of a tour are those that they should be, or cursors are not to blame where they are not."""
    missing = what_is_missing(shown(trial.tours[name].forth.pages), trial.calm.matching(TOURS[name]))
    return not missing or pages_are_right(trial)


def expect_same_way_back(tour: Tour, query: Query) -> None:
    """Refute that the pages on the way back are those of the way forth."""
    forth, back = tour.forth.pages[::-1], tour.back.pages
    for page, again in zip(forth, back, strict=False):
        expect(
            again.ids == page.ids,
            expected=f"`previous` to lead back to the page before: ids {page.ids}, of {asked(query)}",
            seen=f"ids {again.ids}",
            repeat=again.reply.request,
        )
    expect(
        len(back) == len(forth),
        expected=f"to be back on the first page after {len(forth) - 1} times `previous`",
        seen=f"`previous` null after {len(back) - 1}" if len(back) < len(forth) else "further pages",
        repeat=back[-1].reply.request,
    )
