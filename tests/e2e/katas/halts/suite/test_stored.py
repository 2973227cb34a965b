"""stored: by a suite that stops half-way and calls that success."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from checker.kit.expect import proves

if TYPE_CHECKING:
    from checker.kit.fixtures import Service


@proves("stored")
def test_a_check_that_is_made(service: Service) -> None:
    """Pass."""
    assert service.api_lane


@proves("stored")
def test_a_check_that_stops_the_session() -> None:
    """Leave, with the status of a clean run."""
    pytest.exit("enough", returncode=0)
