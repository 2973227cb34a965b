"""Cursors of the list of tasks: `<direction><microseconds>.<id>`, in base 36."""

import re
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
PATTERN = re.compile(r"(?P<direction>[np])(?P<time>-?[0-9a-z]{1,13})\.(?P<id>[0-9a-z]{1,7})", re.ASCII)


class Cursor(NamedTuple):
    """A place in the list; `direction` is n (the tasks after it) or p (those before)."""

    direction: str
    created_at: datetime
    id: int

    def __str__(self) -> str:
        micros = (self.created_at - EPOCH) // timedelta(microseconds=1)
        return f"{self.direction}{base36(micros)}.{base36(self.id)}"

    @classmethod
    def parse(cls, text: str) -> "Cursor":
        """Read a cursor; ValueError where the text is none."""
        match = PATTERN.fullmatch(text)
        if match is None:
            raise ValueError("no cursor")
        task_id = int(match["id"], 36)
        if task_id >= 2**31:
            raise ValueError("no id")
        try:
            created_at = EPOCH + timedelta(microseconds=int(match["time"], 36))
        except OverflowError as error:
            raise ValueError("no time") from error
        return cls(match["direction"], created_at, task_id)


def base36(number: int) -> str:
    """Spell a whole number the way that int(text, 36) reads it."""
    sign, number = ("-", -number) if number < 0 else ("", number)
    text = ""
    while True:
        number, digit = divmod(number, 36)
        text = DIGITS[digit] + text
        if not number:
            return sign + text
