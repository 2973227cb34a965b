"""Several checks at a time: in which order they begin, and in which their verdicts come back."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from checker.catalog import Catalog
from checker.check import Request
from checker.check_all import check_all


@dataclass
class Noted:
    """Stands for checks, as nothing here is about what they find."""

    catalog: Catalog = field(default_factory=Catalog)
    begun: list[str] = field(default_factory=list)

    def verdict(self, request: Request) -> str:
        """Note what is asked for."""
        self.begun.append(request.kata)
        return f"verdict of {request.kata}"


def test_the_longest_begins_first_and_the_order_is_kept() -> None:
    """Where nobody would wait for a long one alone at the end; the verdicts come as they were asked for."""
    check: Any = Noted()
    asked = ["task1", "task2", "task3", "task4"]
    found: list[Any] = [*check_all(check, [Request(kata, Path("/")) for kata in asked], jobs=1)]
    assert found == [f"verdict of {kata}" for kata in asked]
    assert check.begun == ["task2", "task4", "task1", "task3"]
