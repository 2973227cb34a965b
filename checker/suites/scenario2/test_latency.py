"""latency: as quick as the model solution, more or less."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from checker.kit.expect import expect, proves
from checker.suites.scenario2.asks import NAMES
from checker.suites.scenario2.judging import answered
from checker.suites.scenario2.timing import LATER, SLOWER

if TYPE_CHECKING:
    from checker.suites.scenario2.conftest import Measured


@proves("latency")
@pytest.mark.parametrize("name", NAMES)
def test_a_request_takes_little_longer_than_the_model_solution(seen: Measured, name: str) -> None:
    """Three times as long and 10 ms more, asked in turn."""
    answered(seen.costs[name])
    times = seen.times[name]
    expect(
        times.taken <= times.allowed,
        expected=f"GET {times.path} within {SLOWER} times the model solution's time and {LATER * 1000:.0f} ms more",
        seen=times,
    )
