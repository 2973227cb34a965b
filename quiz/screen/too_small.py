"""What a terminal shows that is too small for an interview."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from textual.screen import Screen
from textual.widgets import Static

if TYPE_CHECKING:
    from textual.app import ComposeResult
    from textual.geometry import Size

LEAST_COLUMNS: Final = 60
LEAST_LINES: Final = 18


def is_too_small(size: Size) -> bool:
    """Whether a terminal is too small."""
    return size.width < LEAST_COLUMNS or size.height < LEAST_LINES


class TooSmallScreen(Screen[None]):
    """Says how large the terminal is and has to be; it goes when that is so."""

    def __init__(self, size: Size) -> None:
        super().__init__()
        self._size_told = size

    def compose(self) -> ComposeResult:
        """Make the text."""
        yield Static(message(self._size_told), id="too-small")

    def fit(self, size: Size) -> None:
        """Say how large the terminal is, or go where that is enough."""
        if is_too_small(size):
            self.query_one(Static).update(message(size))
        else:
            self.dismiss()


def message(size: Size) -> str:
    """Return what is said about a size."""
    return (
        f"{size.width} by {size.height} is too small.\n\n"
        f"An interview needs {LEAST_COLUMNS} columns by {LEAST_LINES} lines; 80 by 24 is comfortable. "
        "Enlarge the window, or make its type smaller.\n\n"
        "Everything is saved. q quits."
    )
