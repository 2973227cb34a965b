"""What the screens of an interview share: the session, and keeping what is entered."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from textual.screen import Screen

from checker.errors import WorkbenchError

if TYPE_CHECKING:
    from collections.abc import Callable

    from quiz.session import Session


class SessionScreen(Screen[None]):
    """A screen over a session."""

    def __init__(self, session: Session, **options: Any) -> None:
        super().__init__(**options)
        self.session = session
        self.unsaved = False

    def keep(self, change: Callable[[], None]) -> bool:
        """Change the session, which keeps it at once; where that fails say so, and return False."""
        try:
            change()
        except (WorkbenchError, OSError) as error:
            if not self.unsaved:
                self.notify(str(error), title="Not saved", severity="error", timeout=30, markup=False)
            self.unsaved = True
        else:
            self.unsaved = False
        return not self.unsaved
