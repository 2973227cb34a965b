"""stored: by a check that waits for ever, whatever the submission does."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

from checker.kit.expect import proves

if TYPE_CHECKING:
    from checker.kit.fixtures import Service


@proves("stored")
def test_a_check_that_waits(service: Service) -> None:
    """Wait for what nobody does."""
    assert service.api_lane
    threading.Event().wait()
