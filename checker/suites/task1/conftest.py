"""The one trial that all of task1's checks judge."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from checker.suites.task1.trial import Trial, run_trial

if TYPE_CHECKING:
    from checker.kit.fixtures import Service


@pytest.fixture(scope="session")
def trial(coming_service: Service) -> Trial:
    """Let everything happen once."""
    return run_trial(coming_service)
