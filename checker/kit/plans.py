"""What an execution plan of PostgreSQL says about the rows that a statement read and returned.

A plan is the JSON of EXPLAIN with ANALYZE and VERBOSE. The rows of a node are an average over its loops, parallel
workers included, so that rows times loops is what all of them had together.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final, TypeAlias

Plan: TypeAlias = Mapping[str, Any]

REMOVED: Final = ("Rows Removed by Filter", "Rows Removed by Index Recheck")  # read, and then not used
COUNTING_NODES: Final = ("Aggregate", "WindowAgg")
COUNTS: Final = re.compile(r"\bcount\(")
COLLECTS: Final = re.compile(r"\w+_agg(_strict)?\(|_object_agg")  # such as json_agg, which hands on what it read
CTE: Final = "CTE "


@dataclass(frozen=True)
class Reading:
    """Rows of one table that a statement read, and how many of them for each of its counts."""

    rows: float
    for_counts: tuple[float, ...]


def returned(plan: Plan) -> float:
    """Return how many rows the statement gave to whoever ran it."""
    return float(plan["Actual Rows"] * plan["Actual Loops"])


def reading(plan: Plan, table: str) -> Reading:
    """Return how many rows of `table` (of the schema public) a statement read.

    An index's entry counts as a row, whether or not the table was looked at. A count is an aggregate or window that
    counts and is made once; what a WITH query gave to it alone or to others as well was read for it.
    """
    nodes = list(walk(plan))
    shared = {node["Subplan Name"]: node for node in nodes if str(node.get("Subplan Name", "")).startswith(CTE)}
    counting = [node for node in nodes if is_count(node)]
    return Reading(read_by(nodes, table), tuple(read_for(node, table, shared) for node in counting))


def walk(plan: Plan) -> Iterator[Plan]:
    """Yield a node and all below it."""
    yield plan
    for child in plan.get("Plans", ()):
        yield from walk(child)


def is_count(node: Plan) -> bool:
    """Whether a node counts, once, and does nothing with the rows but that."""
    if node["Node Type"] not in COUNTING_NODES or node.get("Partial Mode") == "Partial" or node["Actual Loops"] > 1:
        return False
    made = [text for text in node.get("Output", ()) if "(" in text]
    return any(COUNTS.search(text) for text in made) and not any(COLLECTS.search(text) for text in made)


def read_for(count: Plan, table: str, shared: Mapping[str, Plan]) -> float:
    """Return what was read below a count, and in the WITH queries that it takes its rows from."""
    found: dict[int, Plan] = {}
    coming = [count]
    while coming:
        new = {id(node): node for node in walk(coming.pop()) if id(node) not in found}
        found |= new
        names = {f"{CTE}{node['CTE Name']}" for node in new.values() if "CTE Name" in node}
        coming += [shared[name] for name in names & shared.keys() if id(shared[name]) not in found]
    return read_by(found.values(), table)


def read_by(nodes: Iterable[Plan], table: str) -> float:
    """Return how many rows of a table those of the nodes that scan it have read."""
    return sum(rows_scanned(node) for node in nodes if scans(node, table))


def scans(node: Plan, table: str) -> bool:
    """Whether a node reads the table; what changes it reads it by a node below."""
    return (
        node.get("Relation Name") == table
        and node.get("Schema", "public") == "public"
        and node["Node Type"] != "ModifyTable"
    )


def rows_scanned(node: Plan) -> float:
    """Return how many rows a scan looked at."""
    return float((node["Actual Rows"] + sum(node.get(key, 0) for key in REMOVED)) * node["Actual Loops"])
