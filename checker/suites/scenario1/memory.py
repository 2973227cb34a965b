"""Measures how the memory of two services grows under the same traffic, side by side; judges nothing."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from checker.kit.model import memory
from checker.suites.scenario1.growth import growth
from checker.suites.scenario1.visitor import Ask, Gone, Visitor

if TYPE_CHECKING:
    from checker.kit.fixtures import Service

ALLOWED_BYTES: Final = 2 * 1024 * 1024  # the README: what a measurement may add beyond the model's own growth
TRIES: Final = 2  # a growth that looks too large is measured once more, further on

Slice = Callable[[Iterator[int]], list[Ask]]


@dataclass
class Series:
    """Memory after each slice, in bytes, and how many requests there were from the first of them to the last."""

    own: list[int] = field(default_factory=list)
    model: list[int] = field(default_factory=list)
    requests: int = 0

    @property
    def excess(self) -> float:
        """By how much the submission's memory grew more than the model's."""
        return growth(self.own) - max(0.0, growth(self.model))

    @property
    def suspicious(self) -> bool:
        """Whether that is more than is allowed."""
        return self.excess > ALLOWED_BYTES


@dataclass
class Subject:
    """One of the two services: its process by name, its visitor, the ids of tasks that nobody has read yet."""

    process: str
    visitor: Visitor
    ids: Iterator[int]
    after_slice: Callable[[], None] = lambda: None

    def go(self, slice_of: Slice) -> int:
        """Send a slice of traffic; return how many requests it had."""
        asks = slice_of(self.ids)
        for ask in asks:
            self.visitor.make(ask)
        self.after_slice()
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

    def measure(self, slice_of: Slice, slices: int) -> list[Series]:
        """Measure the growth over some slices, and once more where it is more than is allowed."""
        found: list[Series] = []
        while not self.gone and len(found) < TRIES and (not found or found[-1].suspicious):
            found.append(self._measure_once(slice_of, slices))
        return found

    def _measure_once(self, slice_of: Slice, slices: int) -> Series:
        series = Series()
        for number in itertools.count():
            series.own.append(memory(self.service, self.own.process))
            series.model.append(memory(self.service, self.model.process))
            if number == slices or self.gone:
                return series
            series.requests += self.go(slice_of)
        raise AssertionError
