"""stored: by a suite whose process ends too early, with the status of a clean run."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from checker.kit.expect import proves

if TYPE_CHECKING:
    from checker.kit.fixtures import Service


@proves("stored")
def test_a_check_that_is_made(service: Service) -> None:
    """Pass."""
    assert service.api_lane


@proves("stored")
def test_a_check_that_ends_the_process() -> None:
    """End the process without a word."""
    os._exit(0)
