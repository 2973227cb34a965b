"""Counters in Prometheus' text format, read without trust."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping

LABELS: Final = r'\{(?:[^"}]|"(?:\\.|[^"\\])*")*\}'
SAMPLE: Final = re.compile(rf"^([a-zA-Z_:][a-zA-Z0-9_:]*)(?:\s*{LABELS}\s*|\s+)(\S+)")
TYPE: Final = re.compile(r"^#\s*TYPE\s+(\S+)\s+(\S+)")


@dataclass(frozen=True)
class Exposition:
    """The samples of a page, summed over their labels, and the types that it declares."""

    samples: Mapping[str, float]
    types: Mapping[str, str]

    def counter(self, name: str) -> float:
        """Return a counter's value; 0 where it is not there, as before its first use."""
        return self.samples.get(name, 0.0)

    def declared(self, name: str) -> str:
        """Return the type that a counter is declared with, in either text format; empty where none is."""
        return self.types.get(name) or self.types.get(name.removesuffix("_total"), "")


def read_exposition(text: str) -> Exposition:
    """Read a page; lines that are no samples are left out."""
    samples: dict[str, float] = {}
    types: dict[str, str] = {}
    for line in text.splitlines():
        if declared := TYPE.match(line):
            types[declared[1]] = declared[2]
        elif found := SAMPLE.match(line):
            samples[found[1]] = samples.get(found[1], 0.0) + number(found[2])
    return Exposition(samples, types)


def number(text: str) -> float:
    """Return a sample's value; NaN where it is none."""
    try:
        return float(text)
    except ValueError:
        return float("nan")
