"""The store of a new interview, opened when the first question stands on the screen: opening takes as long as that."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from quiz.session import Conclusion, Kept, Plan, Sheet, Store


class LateStore:
    """Begins an interview in the store that `begin` returns, at the first call after `ready`.

    Until then nothing has been entered, so that nothing is kept: that the first item was shown is in every sheet of it
    that a session keeps later. Where `begin` raises, the next call begins again.
    """

    def __init__(self, kept: Kept, begin: Callable[[Kept], Store]) -> None:
        self._kept = kept
        self._begin = begin
        self._ready = False
        self._store: Store | None = None

    def ready(self) -> None:
        """Keep everything from now on."""
        self._ready = True

    def create(self, candidate: str, plan: Plan, started: float) -> str:
        """Keep a further interview."""
        return self._opened().create(candidate, plan, started)

    def load(self, interview: str) -> Kept:
        """Return the interview as it begins, or what is kept."""
        return self._opened().load(interview) if self._ready else self._kept

    def save_sheet(self, interview: str, item: str, sheet: Sheet) -> None:
        """Keep a sheet."""
        if self._ready:
            self._opened().save_sheet(interview, item, sheet)

    def save_position(self, interview: str, position: int) -> None:
        """Keep the position."""
        if self._ready:
            self._opened().save_position(interview, position)

    def save_conclusion(self, interview: str, conclusion: Conclusion) -> None:
        """Keep the conclusion."""
        self._opened().save_conclusion(interview, conclusion)

    def end(self, interview: str, ended: float) -> None:
        """Keep the end."""
        self._opened().end(interview, ended)

    def _opened(self) -> Store:
        if self._store is None:
            self._store = self._begin(self._kept)
        return self._store
