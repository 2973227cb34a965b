"""A phase of the trial, which the service may break off by what it does."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from checker.kit.expect import NotRun, Refuted

if TYPE_CHECKING:
    from collections.abc import Callable

T = TypeVar("T")


@dataclass(frozen=True)
class Phase(Generic[T]):
    """What a phase found, or what kept it from finding it."""

    found: T | None = None
    trouble: Refuted | NotRun | None = None

    def get(self) -> T:
        """Return what was found; raise what kept the phase from it."""
        if self.trouble is not None or self.found is None:
            raise self.trouble or NotRun("nothing was observed")
        return self.found


def phase(observe: Callable[..., T], *arguments: Any) -> Phase[T]:
    """Run a phase; what the service refutes in the middle of it is kept for the checks."""
    try:
        return Phase(observe(*arguments))
    except (Refuted, NotRun) as trouble:
        return Phase(trouble=trouble)
