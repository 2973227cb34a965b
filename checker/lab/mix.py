"""Which request comes next, and what stands in it: pure, but for the dice."""

from __future__ import annotations

import itertools
import random
from collections import deque
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from checker.lab.plan import PLACEHOLDER, REMOVAL, Entry

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

KEPT_TASKS: Final = 500  # that the load made; beyond that the oldest are deleted, so that it can run for hours
MISSING_FROM: Final = 1_900_000_000  # ids that no sequence reaches
MISSING_TO: Final = 2_000_000_000
PREFIX_CHARACTERS: Final = 8
LONG: Final = "All work and no play makes a dull service. " * 80


@dataclass(frozen=True)
class Known:
    """A task that is there."""

    id: int
    title: str


class Pool:
    """The tasks that requests are about: those of the table's first filling, and those that the load made."""

    def __init__(self, dice: random.Random, kept: int = KEPT_TASKS) -> None:
        self._dice = dice
        self._kept = kept
        self._filled: list[Known] = []
        self._made: deque[Known] = deque()

    def __len__(self) -> int:
        """How many are known."""
        return len(self._filled) + len(self._made)

    def fill(self, tasks: Iterable[Known]) -> None:
        """Take tasks that stay."""
        self._filled = list(tasks)

    def add(self, task: Known) -> None:
        """Take one that the load made."""
        self._made.append(task)

    def surplus(self) -> Known | None:
        """Return the oldest one that the load made and that is to be deleted, and forget it; None where none is."""
        return self._made.popleft() if len(self._made) > self._kept else None

    def any(self) -> Known | None:
        """Return one of them; None where none is known."""
        if not len(self):
            return None
        number = self._dice.randrange(len(self))
        return self._filled[number] if number < len(self._filled) else self._made[number - len(self._filled)]


@dataclass(frozen=True)
class Order:
    """A request with everything put in, and the entry that it is of."""

    entry: Entry
    path: str
    headers: dict[str, str]
    body: Any
    message: str


class Mix:
    """Picks entries by their weight and puts in what their placeholders stand for."""

    def __init__(self, entries: Sequence[Entry], pool: Pool, dice: random.Random) -> None:
        self._entries = list(entries)
        self._weights = [entry.weight for entry in entries]
        self._pool = pool
        self._dice = dice
        self._numbers = itertools.count(1)

    def next(self) -> Order | None:
        """Return the next request; None where it is about a task and none is known yet."""
        if (old := self._pool.surplus()) is not None:
            return filled(REMOVAL, self._values(old))
        (entry,) = self._dice.choices(self._entries, self._weights)
        task = self._pool.any()
        if task is None and entry.placeholders() & {"id", "prefix"}:
            return None
        return filled(entry, self._values(task or Known(0, "")))

    def _values(self, task: Known) -> dict[str, str]:
        return {
            "id": str(task.id),
            "prefix": task.title[:PREFIX_CHARACTERS],
            "missing": str(self._dice.randrange(MISSING_FROM, MISSING_TO)),
            "number": str(next(self._numbers)),
            "random": f"{self._dice.getrandbits(64):016x}",
            "long": LONG,
        }


def filled(entry: Entry, values: dict[str, str]) -> Order:
    """Return an entry with `values` in the places of its placeholders."""
    headers = {name: put_in(value, values) for name, value in entry.headers.items()}
    path, message = put_in(entry.path, values), put_in(entry.message, values)
    return Order(entry, path, headers, put_in(entry.body, values), message)


def put_in(value: Any, values: dict[str, str]) -> Any:
    """Return a value of JSON with every placeholder of its texts replaced."""
    if isinstance(value, str):
        return PLACEHOLDER.sub(lambda found: values.get(found[1], found[0]), value)
    if isinstance(value, dict):
        return {name: put_in(one, values) for name, one in value.items()}
    return [put_in(one, values) for one in value] if isinstance(value, list) else value
