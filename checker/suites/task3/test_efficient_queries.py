"""efficient-queries: what the database does for a page of 100,000 tasks, wherever the page is."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Final

import pytest

from checker.kit.expect import NotRun, expect, proves
from checker.suites.task3.costs import LIMITS, ROUNDS, Costs
from checker.suites.task3.meter import MORE_READ, MORE_RETURNED, Cost

PLACES: Final = {
    "first": "the first page",
    "deep": "a page below 70,000 newer tasks",
    "back": "the page before that one",
}
SLOWER: Final = 3  # times the first page, and
LATER: Final = 0.050  # seconds more; the contract
OF_A_CONNECTION: Final = 3  # statements that come with a new connection, whichever page it is opened for
UNPROCESSABLE: Final = 422
SHOWN: Final = 400  # characters of a statement that a message shows

# What may hold the word and is no clause: a comment, a text, a quoted name.
NO_CLAUSE: Final = re.compile(r"--[^\n]*|/\*.*?\*/|'(?:[^']|'')*'|\"(?:[^\"]|\"\")*\"|\$(\w*)\$.*?\$\1\$", re.DOTALL)
OFFSET: Final = re.compile(r"\boffset\b", re.IGNORECASE)


def page_at(costs: Costs, place: str, limit: int) -> Cost | None:
    """Return what a page cost, or None where no link led to it, which other requirements are about."""
    cost = costs.pages.get((place, limit))
    if cost is not None and cost.page.reply.status == UNPROCESSABLE:
        raise NotRun(f"limit={limit} is refused, which cursor-pagination is about")
    if cost is not None:
        _ = cost.page.items  # refuted where there are none
    return cost


def has_offset(statement: str) -> bool:
    """Whether an OFFSET clause stands in a statement."""
    return OFFSET.search(NO_CLAUSE.sub(" ", statement)) is not None


def shortened(text: str) -> str:
    """Return a statement as a message shows it."""
    return f"{' '.join(text.split()):.{SHOWN}}"


def greatest(shares: Iterable[tuple[float, str]]) -> str:
    """Return the statement that had the most rows."""
    return shortened(max(shares, default=(0.0, "no statement"))[1])


def grown(numbers: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """Return the pages whose statements grew in number: all of them did, or one by more than a connection explains."""
    grew = [(few, many) for few, many in numbers if many > few]
    return grew if len(grew) == len(numbers) else [one for one in grew if one[1] > one[0] + OF_A_CONNECTION]


@proves("efficient-queries")
@pytest.mark.parametrize("limit", LIMITS)
@pytest.mark.parametrize("place", PLACES)
def test_no_statement_has_an_offset(costs: Costs, place: str, limit: int) -> None:
    """No OFFSET clause in what reached the database, functions and prepared statements included."""
    cost = page_at(costs, place, limit)
    found = [text for text in cost.texts if has_offset(text)] if cost is not None else []
    expect(
        not found,
        expected="no OFFSET clause in any statement as executed",
        seen=shortened("".join(found[:1])),
        repeat=cost.page.reply.request if cost is not None else "",
    )


@proves("efficient-queries")
def test_the_number_of_statements_does_not_grow_with_limit(costs: Costs) -> None:
    """A page of 100 takes no more statements than one of 10, wherever it is."""
    low, high = LIMITS
    pairs = [(page_at(costs, place, low), page_at(costs, place, high)) for place in PLACES]
    numbers = [
        (len(few.statements), len(many.statements)) for few, many in pairs if few is not None and many is not None
    ]
    too_many = grown(numbers)
    expect(
        not too_many,
        expected=f"no more statements for {high} tasks than for {low}",
        seen="".join(f"{many} statements, and {few} for {low} tasks" for few, many in too_many[-1:]),
    )


@proves("efficient-queries")
@pytest.mark.parametrize("limit", LIMITS)
@pytest.mark.parametrize("place", PLACES)
def test_statements_return_little_more_than_the_page(costs: Costs, place: str, limit: int) -> None:
    """At most limit + 10 rows come back from the database, one count aside."""
    cost = page_at(costs, place, limit)
    if cost is not None:
        expect(
            cost.returned <= limit + MORE_RETURNED,
            expected=f"at most {limit + MORE_RETURNED} rows returned for {PLACES[place]} with limit={limit}",
            seen=f"{cost.returned:.0f} rows, the most by: {greatest(cost.returned_by)}",
            repeat=cost.page.reply.request,
        )


@proves("efficient-queries")
@pytest.mark.parametrize("limit", LIMITS)
@pytest.mark.parametrize("place", PLACES)
def test_statements_read_little_more_than_the_page(costs: Costs, place: str, limit: int) -> None:
    """At most 2 times limit + 20 rows of tasks are read, one count aside."""
    cost = page_at(costs, place, limit)
    if cost is not None:
        expect(
            cost.read <= 2 * limit + MORE_READ,
            expected=f"at most {2 * limit + MORE_READ} rows of tasks read for {PLACES[place]} with limit={limit}",
            seen=f"{cost.read:.0f} rows beside one count, the most by: {greatest(cost.read_by)}",
            repeat=cost.page.reply.request,
        )


@proves("efficient-queries")
def test_a_deep_page_takes_little_longer_than_the_first(costs: Costs) -> None:
    """At most 3 times as long plus 50 ms, best of ten that were asked for in turn."""
    if not costs.deep_seconds:
        return
    first, deep = min(costs.first_seconds), min(costs.deep_seconds)
    expect(
        deep <= SLOWER * first + LATER,
        expected=f"{PLACES['deep']} within {SLOWER} times the first page's time plus {LATER * 1000:.0f} ms",
        seen=f"{deep * 1000:.0f} ms, and {first * 1000:.0f} ms for the first page (best of {ROUNDS})",
    )
