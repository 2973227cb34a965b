"""The names of the panes, where one shows at a time."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from textual.content import Content
from textual.widgets import Static

if TYPE_CHECKING:
    from quiz.session import Sheet

PANES: Final = ("points", "code", "note", "said")
LABELS: Final = {"points": "esc Points", "code": "k Code", "note": "w Note", "said": "t Said"}


class PaneBar(Static):
    """Shows which pane is in front, and the key of each; a star where something is written."""

    def show(self, front: str, sheet: Sheet) -> None:
        """Draw it."""
        written = {"note": sheet.note, "said": sheet.said}
        parts = [
            (f" {LABELS[pane]}{'*' if written.get(pane) else ''} ", "bold reverse" if pane == front else "")
            for pane in PANES
        ]
        self.update(Content.assemble(*parts))
