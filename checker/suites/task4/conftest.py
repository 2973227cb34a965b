"""The one trial that all of task4's checks judge."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from checker.suites.task4.trial import Trial, run_trial

if TYPE_CHECKING:
    from checker.kit.fixtures import Service


@pytest.fixture(scope="session")
def trial(service: Service) -> Trial:
    """Let all phases run once."""
    return run_trial(service)
