"""What all of scenario1's checks judge: one trial, beside the model solution under the same traffic."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import pytest

from checker.kit.model import start_model
from checker.suites.scenario1.trial import Trial, run_trial

if TYPE_CHECKING:
    from checker.kit.fixtures import Service


@pytest.fixture(scope="session")
def trial(coming_service: Service) -> Trial:
    """Start the model solution while the submission comes up, and observe everything once."""
    with ThreadPoolExecutor(1) as pool:
        return run_trial(coming_service, pool.submit(start_model, coming_service))
