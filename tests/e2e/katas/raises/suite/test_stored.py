"""stored: by a check that is wrong itself."""

from __future__ import annotations

from typing import TYPE_CHECKING

from checker.kit.expect import proves

if TYPE_CHECKING:
    from checker.kit.fixtures import Service


@proves("stored")
def test_a_check_that_breaks(service: Service) -> None:
    """Raise what is neither a refutation nor a check that was not run."""
    raise LookupError(f"a fault of this suite's own, seen on lane {service.api_lane}")
