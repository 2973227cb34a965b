"""What task3's suite takes for the cost of a page, from plans."""

from __future__ import annotations

from typing import Any

import pytest

from checker.kit.http import Reply
from checker.kit.statements import Executed, Statement
from checker.suites.task3.meter import Cost
from checker.suites.task3.pages import Page
from checker.suites.task3.test_efficient_queries import greatest, grown


def scan(rows: float) -> dict[str, Any]:
    """Return a plan that reads tasks."""
    return {"Node Type": "Index Scan", "Relation Name": "tasks", "Actual Rows": rows, "Actual Loops": 1}


def count(rows: float) -> dict[str, Any]:
    """Return a plan that counts them."""
    node = {"Node Type": "Aggregate", "Actual Rows": 1, "Actual Loops": 1, "Output": ["count(*)"]}
    return {**node, "Plans": [scan(rows)]}


def cost(*plans: tuple[str, dict[str, Any]], nested: bool = False) -> Cost:
    """Return what a page of ten cost that came to these statements."""
    page = Page(Reply("curl", 200, {}, b"{}", 0.0, 1.0))
    return Cost(page, 10, Executed(tuple(Statement(text, plan, nested) for text, plan in plans), ()))


def test_one_count_is_left_out_and_the_page_is_not() -> None:
    """Both statements return rows, and the count's reading is spared."""
    found = cost(("page", scan(11)), ("count", count(100_000)))
    assert (found.read, found.returned) == (11, 12)
    assert found.within_bounds


def test_a_second_count_is_named_as_what_reads_the_most() -> None:
    """The greater count is spared, the lesser one is to blame, and not the page."""
    found = cost(("page", scan(11)), ("count", count(100_000)), ("another", count(70_000)))
    assert found.read == 70_011
    assert greatest(found.read_by) == "another"
    assert not found.within_bounds


def test_a_count_that_was_made_twice_is_spared_once() -> None:
    """Equal counts too."""
    assert cost(("count", count(100)), ("count", count(100))).read == 100


def test_what_a_function_returns_within_does_not_reach_the_service() -> None:
    """It was read, and is returned once more by the statement that called the function."""
    found = cost(("inside", scan(50)), nested=True)
    assert (found.read, found.returned) == (50, 0)


def test_where_nothing_was_executed_nothing_is_read() -> None:
    """A page may come from elsewhere."""
    found = cost()
    assert (found.read, found.returned) == (0, 0)
    assert greatest(found.read_by) == "no statement"


@pytest.mark.parametrize(
    ("numbers", "found"),
    [
        ([], []),
        ([(2, 2), (2, 2), (3, 3)], []),
        ([(2, 5), (2, 2), (2, 2)], []),
        ([(2, 3), (2, 3), (2, 3)], [(2, 3), (2, 3), (2, 3)]),
        ([(2, 2), (12, 102), (12, 102)], [(12, 102), (12, 102)]),
    ],
)
def test_a_new_connection_does_not_make_statements_grow(
    numbers: list[tuple[int, int]], found: list[tuple[int, int]]
) -> None:
    """It comes with a few of its own on one page; what grows on every page, or by more on one, is the page's."""
    assert grown(numbers) == found
