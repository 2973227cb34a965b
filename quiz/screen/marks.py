"""How a mark is shown: a symbol, a letter and a colour, the first two being enough."""

from __future__ import annotations

from typing import Final, NamedTuple

from quiz.session import Mark

MUTED: Final = "$foreground 72%"  # what stands back, with a contrast above 4.5 on either theme


class Look(NamedTuple):
    """A mark as it is drawn."""

    symbol: str
    letter: str
    style: str

    @property
    def text(self) -> str:
        """Symbol and letter, three cells wide."""
        return f"{self.symbol} {self.letter}"


LOOKS: Final[dict[Mark | None, Look]] = {
    Mark.COVERED: Look("✓", "C", "bold $text-success"),
    Mark.PARTLY: Look("~", "P", "bold $text-warning"),
    Mark.MISSED: Look("✗", "M", "bold $text-error"),
    None: Look("·", "·", MUTED),
}
LEGEND: Final = "✓ C covered  ~ P partly  ✗ M missed"
CYCLE: Final[dict[Mark | None, Mark | None]] = {
    None: Mark.COVERED,
    Mark.COVERED: Mark.PARTLY,
    Mark.PARTLY: Mark.MISSED,
    Mark.MISSED: None,
}
