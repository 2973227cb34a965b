"""index-used: the database reads what is wanted, not the table."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from checker.kit.expect import expect, proves
from checker.suites.scenario2.asks import BOARD, NAMES
from checker.suites.scenario2.judging import answered, shortened

if TYPE_CHECKING:
    from checker.suites.scenario2.conftest import Measured


@proves("index-used")
@pytest.mark.parametrize("name", [name for name in NAMES if name != BOARD])
def test_a_request_reads_little_more_than_is_wanted(seen: Measured, name: str) -> None:
    """The rows of each table that all statements of a request read, by their plans."""
    cost = answered(seen.costs[name])
    for table, rows in cost.read.items():
        expect(
            rows <= cost.ask.bounds[table],
            expected=f"at most {cost.ask.bounds[table]} rows of {table} read for {cost.reply.asked}",
            seen=f"{rows:.0f} rows, the most by: {shortened(cost.most(table))}",
            repeat=cost.reply.request,
        )
