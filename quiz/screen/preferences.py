"""What the screen remembers: dark or light. To forget it is no harm, so no error stops an interview."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from checker.errors import WorkbenchError
from checker.workspace import state_folder

if TYPE_CHECKING:
    from collections.abc import Collection

FILE: Final = "quiz-theme"


def remembered_theme(themes: Collection[str], default: str) -> str:
    """Return the theme that was chosen last, if it is one of these, or the default."""
    try:
        theme = (state_folder() / FILE).read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError, WorkbenchError):
        return default
    return theme if theme in themes else default


def remember_theme(theme: str) -> None:
    """Keep a choice, if that can be done."""
    try:
        (state_folder() / FILE).write_text(f"{theme}\n", encoding="utf-8")
    except (OSError, WorkbenchError):
        return
