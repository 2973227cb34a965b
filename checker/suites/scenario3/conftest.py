"""What scenario3's checks judge: one trial, and a bench for what the service offers beside it."""

from __future__ import annotations

from concurrent.futures import Future, ThreadPoolExecutor
from typing import TYPE_CHECKING

import pytest

from checker.suites.scenario3.bench import Bench
from checker.suites.scenario3.stage import Stage, start_stage
from checker.suites.scenario3.trial import Trial, run_trial, set_up

if TYPE_CHECKING:
    from collections.abc import Iterator

    from checker.kit.fixtures import Service


@pytest.fixture(scope="session")
def staging(service: Service) -> Iterator[Future[Stage]]:
    """Start one more API while everything else goes on."""
    with ThreadPoolExecutor(1) as pool:
        yield pool.submit(start_stage, service)


@pytest.fixture(scope="session")
def bench(service: Service, staging: Future[Stage]) -> Bench:  # noqa: ARG001 - it starts beside the worker
    """Return the bench; the worker is there and takes no messages yet."""
    api = service.client()
    service.start_worker()
    bench = Bench(service, api)
    set_up(bench)
    return bench


@pytest.fixture(scope="session")
def trial(bench: Bench, staging: Future[Stage]) -> Trial:
    """Let all phases run once."""
    return run_trial(bench, staging)
