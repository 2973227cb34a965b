"""How a check says what it proves and what it saw.

Three ends of a check and no fourth: it passes; it is *refuted*, because a promise was not kept; it is *not run*,
because something that it builds on was refuted. Any other exception is a fault of the suite.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

F = TypeVar("F", bound="Callable[..., None]")


class Refuted(AssertionError):  # noqa: N818 - a finding about the submission, not an error
    """A promise was not kept: what was expected, what was seen, and how to see it again."""

    def __init__(self, expected: str, seen: str, repeat: str = "") -> None:
        super().__init__(f"expected {expected}; seen {seen}")
        self.expected = expected
        self.seen = seen
        self.repeat = repeat


class NotRun(Exception):  # noqa: N818 - a state
    """The check could not be made, because what it builds on was refuted."""


def expect(condition: object, *, expected: str, seen: object, repeat: str = "") -> None:
    """Refute the promise unless `condition` holds. Texts are shown to the candidate: plain words, no code of ours."""
    if not condition:
        raise Refuted(expected, str(seen), repeat)


def proves(requirement: str) -> Callable[[F], F]:
    """Bind a check to the one requirement whose promise it proves."""

    def bind(check: F) -> F:
        marked: F = pytest.mark.requirement(requirement)(check)
        return marked

    return bind
