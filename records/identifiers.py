"""Ids of interviews: short, easily typed and read out."""

from __future__ import annotations

import secrets
from typing import Final

LETTERS: Final = "bcdfghjkmnpqrstvwxz"  # no vowels, so no words; nothing that looks like something else
DIGITS: Final = "23456789"
LENGTH: Final = 5  # some ten million ids: a team's thousand interviews meet by chance in one of twenty cases


def new_id() -> str:
    """Draw an id; it begins with a letter, and another one may have it."""
    first = secrets.choice(LETTERS)
    return first + "".join(secrets.choice(LETTERS + DIGITS) for _ in range(LENGTH - 1))
