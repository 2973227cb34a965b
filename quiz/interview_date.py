"""When one's own interview is: remembered from one practice to the next, and forgotten when it is over."""

from __future__ import annotations

import datetime as dt
from typing import Final

from checker.errors import UsageError
from checker.workspace import refuse_full, state_folder

FILE: Final = "interview-date"
FORGET: Final = "none"
EXAMPLE: Final = "workbench practice --by 2026-12-20"


def chosen_date(typed: str | None, today: dt.date) -> dt.date | None:
    """Return the date that holds from now on: what was typed, which is remembered, or what was remembered before.

    `none` forgets it. `UsageError` where it is no date, or one that is not ahead.
    """
    if typed is None:
        return remembered_date(today)
    day = None if typed.strip().lower() == FORGET else parsed(typed, today)
    path = state_folder() / FILE
    with refuse_full(path):
        path.write_text("" if day is None else f"{day.isoformat()}\n", encoding="utf-8")
    return day


def parsed(typed: str, today: dt.date) -> dt.date:
    """Read a date that is ahead."""
    try:
        day = dt.date.fromisoformat(typed.strip())
    except ValueError:
        raise UsageError(f"{typed!r} is no date", next_step=EXAMPLE) from None
    if day <= today:
        raise UsageError(f"an interview on {day} leaves no day to practise for", next_step=EXAMPLE)
    return day


def remembered_date(today: dt.date) -> dt.date | None:
    """Return the remembered date while it is ahead; whatever else stands there is none."""
    try:
        day = dt.date.fromisoformat((state_folder() / FILE).read_text(encoding="utf-8").strip())
    except (OSError, ValueError):
        return None
    return day if day > today else None
