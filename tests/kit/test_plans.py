"""What is read from an execution plan, shape by shape."""

from __future__ import annotations

from typing import Any

import pytest

from checker.kit.plans import reading, returned


def node(kind: str, rows: float, *below: dict[str, Any], loops: int = 1, **more: Any) -> dict[str, Any]:
    """Return a node of a plan."""
    return {"Node Type": kind, "Actual Rows": rows, "Actual Loops": loops, "Plans": list(below), **more}


def scan(rows: float, kind: str = "Index Scan", **more: Any) -> dict[str, Any]:
    """Return a node that reads a table."""
    return node(kind, rows, **{"Relation Name": "tasks", "Schema": "public", **more})


def count_of(*below: dict[str, Any], **more: Any) -> dict[str, Any]:
    """Return a node that counts."""
    return node("Aggregate", 1, *below, **{"Output": ["count(*)"], **more})


REMOVED: dict[str, Any] = {"Rows Removed by Filter": 70}
RECHECKED: dict[str, Any] = {"Rows Removed by Index Recheck": 5}
USERS: dict[str, Any] = {"Relation Name": "users"}
TASKS: dict[str, Any] = {"Relation Name": "tasks", "Schema": "public"}
CTE: dict[str, Any] = {"CTE Name": "filtered"}
WHOLE: dict[str, Any] = {"Subplan Name": "CTE filtered", "Parent Relationship": "InitPlan"}


@pytest.mark.parametrize(
    ("plan", "rows"),
    [
        (node("Limit", 21, scan(21)), 21),
        (node("Limit", 21, scan(21, **REMOVED)), 91),
        (scan(21, "Bitmap Heap Scan", **REMOVED, **RECHECKED), 96),
        (scan(21, "Index Only Scan"), 21),
        (node("Nested Loop", 40, scan(20), scan(1, loops=20)), 40),
        (node("Gather", 100, scan(20, "Seq Scan", loops=5)), 100),
        (scan(21, **USERS), 0),
        (scan(21, Schema="another"), 0),
        (node("ModifyTable", 0, scan(3), **TASKS), 3),
        (node("Function Scan", 21), 0),
        (node("Result", 1, scan(0, loops=0, **REMOVED)), 0),
    ],
    ids=lambda value: value["Node Type"] if isinstance(value, dict) else "",
)
def test_what_scans_looked_at_is_read(plan: dict[str, Any], rows: float) -> None:
    """Rows that came out and rows that were thrown away, times the loops, of that table alone."""
    assert reading(plan, "tasks").rows == rows


@pytest.mark.parametrize(
    "plan",
    [
        count_of(scan(1000, "Seq Scan")),
        count_of(scan(1000), Output=["(count(*) + '1'::bigint)"]),
        count_of(
            node("Gather", 5, node("Aggregate", 1, scan(200, loops=5), loops=5, Output=["PARTIAL count(*)"])),
            **{"Partial Mode": "Finalize"},
        ),
        node("Limit", 21, node("WindowAgg", 1000, scan(1000), Output=["id", "count(*) OVER w1"])),
        node("Aggregate", 4, scan(1000), Output=["status", "count(*)"]),
        count_of(node("CTE Scan", 1000, **CTE), scan(1000, **WHOLE)),
    ],
    ids=["plain", "an expression", "parallel", "a window", "by group", "of a WITH query"],
)
def test_what_is_read_for_a_count_is_told_apart(plan: dict[str, Any]) -> None:
    """Every spelling of a count is one, and it has read every row."""
    found = reading(plan, "tasks")
    assert found.rows == 1000
    assert max(found.for_counts) == 1000


def test_a_page_beside_its_count_is_not_read_for_it() -> None:
    """Where one statement has both, the rows of the page remain."""
    found = reading(node("Nested Loop", 21, count_of(scan(1000)), node("Limit", 21, scan(21))), "tasks")
    assert found.rows - sum(found.for_counts) == 21


def test_a_with_query_that_both_read_is_read_for_the_count() -> None:
    """Its rows were read once, and the count needs them all."""
    count = count_of(node("CTE Scan", 1000, **CTE))
    plan = node("Sort", 21, scan(1000, **WHOLE), node("CTE Scan", 21, **CTE), count)
    assert reading(plan, "tasks").for_counts == (1000,)


@pytest.mark.parametrize(
    "plan",
    [
        node("Aggregate", 1, scan(1000), Output=["json_agg(tasks.*)"]),
        node("Aggregate", 1, scan(1000), Output=["count(*)", "jsonb_agg(tasks.*)"]),
        node("Aggregate", 1, scan(50), loops=20, Output=["count(*)"]),
        node("WindowAgg", 1000, scan(1000), Output=["id", "row_number() OVER w1"]),
        node("Sort", 1000, scan(1000), Output=["count"]),
    ],
    ids=["collects", "collects as well", "for each row", "numbers", "a column of that name"],
)
def test_what_counts_and_more_is_no_count(plan: dict[str, Any]) -> None:
    """Rows that are handed on, numbered, or counted for each row of the page were not read for one count."""
    assert reading(plan, "tasks").for_counts == ()


def test_what_a_cursor_gave_is_returned() -> None:
    """The rows of the node at the top."""
    assert returned(node("Limit", 21, scan(30))) == 21
