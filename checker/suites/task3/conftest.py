"""What all of task3's checks judge: pages that were followed, and what they cost."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING

import pytest

from checker.kit.expect import NotRun, Refuted
from checker.suites.task3.costs import Costs, measure
from checker.suites.task3.trial import Trial, run_trial

if TYPE_CHECKING:
    from checker.kit.fixtures import Service


@pytest.fixture(scope="session")
def costs(service: Service) -> Costs:
    """Fill the table, which begins while the API still starts, and measure some pages, once."""
    return measure(service)


@pytest.fixture(scope="session")
def trial(request: pytest.FixtureRequest, service: Service) -> Trial:
    """Page through everything, once; after the costs were measured, where they are wanted at all."""
    if any("costs" in getattr(item, "fixturenames", ()) for item in request.session.items):
        with contextlib.suppress(Refuted, NotRun):
            request.getfixturevalue("costs")
    return run_trial(service)
