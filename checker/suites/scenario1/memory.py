"""Measures how the memory of two services grows under the same traffic, side by side; judges nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from checker.kit.model import memory
from checker.suites.scenario1.growth import growth
from checker.suites.scenario1.held import HeldExport
from checker.suites.scenario1.visitor import Ask, Gone, Visitor

if TYPE_CHECKING:
    from checker.kit.fixtures import Service

MEBIBYTE: Final = 1024 * 1024
MODEL_BYTES: Final = 1 * MEBIBYTE  # of the model's growth, which is noise alone, that are granted to others
TRIES: Final = 3  # a growth that looks too large is measured again, further on

Slice = Callable[[Iterator[int]], list[Ask]]


@dataclass
class Series:
    """Memory after each slice, in bytes, and how many requests there were from the first of them to the last.

    `allowed` is by how many bytes it may grow.
    """

    allowed: int
    own: list[int] = field(default_factory=list)
    model: list[int] = field(default_factory=list)
    requests: int = 0

    @property
    def excess(self) -> float:
        """By how much the submission's memory grew more than the model's."""
        return growth(self.own) - min(max(0.0, growth(self.model)), MODEL_BYTES)

    @property
    def suspicious(self) -> bool:
        """Whether that is more than is allowed."""
        return self.excess > self.allowed


@dataclass
class Subject:
    """One of the two services: its process by name, its visitor, the ids of tasks that nobody has read yet."""

    process: str
    visitor: Visitor
    ids: Iterator[int]
    export: HeldExport | None = None

    def go(self, slice_of: Slice) -> int:
        """Send a slice of traffic; return how many requests it had."""
        asks = slice_of(self.ids)
        for ask in asks:
            self.visitor.make(ask)
        if self.export is not None:
            self.export.read_some()
        return len(asks)


@dataclass
class Pair:
    """The submission and the model solution."""

    service: Service
    own: Subject
    model: Subject
    gone: str = ""

    def go(self, slice_of: Slice) -> int:
        """Send both a slice at the same time, and wait for both."""
        if self.gone:
            return 0
        with ThreadPoolExecutor(2) as pool:
            model = pool.submit(self.model.go, slice_of)
            try:
                count = self.own.go(slice_of)
            except Gone as gone:
                self.gone, count = str(gone), 0
            try:
                model.result()
            except Gone as gone:
                raise RuntimeError(f"the model solution: {gone}") from gone
        return count

    def measure(self, slice_of: Slice, slices: int, allowed: int) -> list[Series]:
        """Measure the growth over some slices, and again where it is more than is allowed."""
        found: list[Series] = []
        while len(found) < TRIES and (not found or found[-1].suspicious):
            series = self._measure_once(slice_of, slices, allowed)
            if self.gone:
                break
            found.append(series)
        return found

    def _measure_once(self, slice_of: Slice, slices: int, allowed: int) -> Series:
        series = Series(allowed)
        self._weigh(series)
        for _ in range(slices):
            series.requests += self.go(slice_of)
            self._weigh(series)
        return series

    def _weigh(self, series: Series) -> None:
        series.own.append(memory(self.service, self.own.process))
        series.model.append(memory(self.service, self.model.process))
