"""The editions: told apart by whether there are hidden suites, and what the candidate's one refuses."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Final

import pytest

from checker.content import Edition, find_content
from checker.edition import WITHHELD, is_candidates, refuse_withheld
from checker.errors import UsageError

FULL: Final = find_content()
CANDIDATES: Final = replace(FULL, suites=Path("/nonexistent"))


def test_a_checkout_is_whole() -> None:
    """Whoever has the suites has the full edition."""
    assert FULL.edition is Edition.FULL
    assert not is_candidates()


def test_without_suites_it_is_the_candidates() -> None:
    """An installation that lost its suites is taken for the candidate's, whose checks never pass."""
    assert CANDIDATES.edition is Edition.CANDIDATE
    assert is_candidates(CANDIDATES)


@pytest.mark.parametrize("command", sorted(WITHHELD))
def test_what_it_has_no_content_for_is_refused(command: str) -> None:
    """The error is one line that names the command and what is missing; the full edition refuses nothing."""
    with pytest.raises(UsageError, match=f"no {WITHHELD[command]}: no `{command}` here"):
        refuse_withheld(command, CANDIDATES)
    refuse_withheld(command, FULL)


@pytest.mark.parametrize("command", ["list", "show", "start", "check", "hint", "doctor", None])
def test_what_a_candidate_needs_is_there(command: str | None) -> None:
    """The commands of a candidate are not refused."""
    refuse_withheld(command, CANDIDATES)
