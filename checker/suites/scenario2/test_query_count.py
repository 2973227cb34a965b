"""query-count: few statements, few rows."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from checker.kit.expect import expect, proves
from checker.suites.scenario2.asks import NAMES, STATEMENTS
from checker.suites.scenario2.judging import answered, shortened

if TYPE_CHECKING:
    from checker.suites.scenario2.conftest import Measured


@proves("query-count")
@pytest.mark.parametrize("name", NAMES)
def test_a_request_takes_few_statements(seen: Measured, name: str) -> None:
    """Ten at most, however much is shown."""
    cost = answered(seen.costs[name])
    expect(
        len(cost.texts) <= STATEMENTS,
        expected=f"at most {STATEMENTS} statements for {cost.reply.asked}",
        seen=f"{len(cost.texts)} statements, the last of them: {shortened(''.join(cost.texts[-1:]))}",
        repeat=cost.reply.request,
    )


@proves("query-count")
@pytest.mark.parametrize("name", NAMES)
def test_statements_return_little_more_than_is_shown(seen: Measured, name: str) -> None:
    """Ten rows for each task or event that is shown, and twenty more."""
    cost = answered(seen.costs[name])
    expect(
        cost.returned <= cost.may_return,
        expected=f"at most {cost.may_return} rows returned to the service for {cost.reply.asked}",
        seen=f"{cost.returned:.0f} rows",
        repeat=cost.reply.request,
    )
