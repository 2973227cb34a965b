"""Dark and light. The light one is the project's own: Textual's has texts of a contrast below 4.5."""

from __future__ import annotations

from typing import Final

from textual.theme import BUILTIN_THEMES, Theme

DARK: Final = BUILTIN_THEMES["textual-dark"]
LIGHT: Final = Theme(
    name="workbench-light",
    dark=False,
    primary="#004F8B",
    accent="#7A4200",
    success="#14592B",
    warning="#7A4200",
    error="#8F1930",
    foreground="#1A1A1A",
    background="#FBFBFB",
    surface="#F3F3F3",
    panel="#E8E8E8",
    variables={
        "text-primary": "#003A66",
        "text-accent": "#7A4200",
        "text-success": "#14592B",
        "text-warning": "#7A4200",
        "text-error": "#8F1930",
    },
)
OTHER: Final = {DARK.name: LIGHT.name, LIGHT.name: DARK.name}
