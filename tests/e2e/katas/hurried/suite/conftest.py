"""What the checks share."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from checker.kit.fixtures import Service
    from checker.kit.http import Reply


@pytest.fixture(scope="session")
def posted(service: Service) -> Reply:
    """Create a task."""
    return service.client().create("Water the plants")
