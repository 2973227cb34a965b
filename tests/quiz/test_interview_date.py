"""The interview's date: what may be typed, how long it is remembered."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import pytest

from checker.errors import UsageError
from quiz.interview_date import FILE, chosen_date

if TYPE_CHECKING:
    from tests.conftest import Own

TODAY = dt.date(2026, 11, 25)
THEN = dt.date(2026, 12, 20)


@pytest.mark.usefixtures("own")
def test_a_date_is_remembered_until_it_is_over() -> None:
    """It holds without being typed again, up to the day before; none forgets it."""
    assert chosen_date(None, TODAY) is None
    assert chosen_date(" 2026-12-20 ", TODAY) == THEN
    assert chosen_date(None, THEN - dt.timedelta(days=1)) == THEN
    assert chosen_date(None, THEN) is None
    assert chosen_date("None", TODAY) is None
    assert chosen_date(None, TODAY) is None


@pytest.mark.usefixtures("own")
@pytest.mark.parametrize("typed", ["", "20.12.2026", "2026-13-01", "soon", "2026-11-25", "2020-01-01"])
def test_what_is_no_date_ahead_is_refused(typed: str) -> None:
    """The error shows how a date is typed; what was remembered stays."""
    chosen_date("2026-12-20", TODAY)
    with pytest.raises(UsageError) as caught:
        chosen_date(typed, TODAY)
    assert caught.value.next_step == "workbench practice --by 2026-12-20"
    assert chosen_date(None, TODAY) == THEN


def test_a_damaged_file_is_no_date(own: Own) -> None:
    """Whatever stands in the file stops no practice."""
    (own.state / "workbench").mkdir(parents=True)
    (own.state / "workbench" / FILE).write_bytes(b"\xff\x00tomorrow")
    assert chosen_date(None, TODAY) is None
