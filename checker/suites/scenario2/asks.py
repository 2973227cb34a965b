"""The requests that are measured, and what each may read of the database (the kata's README)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import cycle, islice
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from checker.kit.database import Database

STATEMENTS: Final = 10
LIST: Final = "GET /tasks"
OF_A_STATUS: Final = "GET /tasks?status="
SEARCH: Final = "GET /search"
HISTORY: Final = "GET /tasks/{id}/events"
BOARD: Final = "GET /board"
NAMES: Final = (LIST, OF_A_STATUS, SEARCH, HISTORY, BOARD)
VARIETY: Final = 40  # searches and histories that are asked for in turn: an answer that was kept serves one of them
FIRST_WORD: Final = 8  # characters

SOME_TASKS: Final = """
SELECT t.id, t.title FROM public.tasks t JOIN public.task_events e ON e.task_id = t.id
GROUP BY t.id HAVING count(*) = 6 ORDER BY md5(t.id::text) LIMIT %s
"""


@dataclass(frozen=True)
class Ask:
    """A request in its forms, and how many rows of each table it may read; a table without a bound is not there.

    `timed` are the forms that are timed, where those are others.
    """

    name: str
    paths: Sequence[str]
    bounds: dict[str, int]
    timed: Sequence[str] = ()


def forms(paths: Sequence[str], count: int) -> list[str]:
    """Return the paths of so many requests."""
    return list(islice(cycle(paths), count))


def measured(database: Database) -> dict[str, Ask]:
    """Return the requests by their names, for what is in the database."""
    found = database.rows(SOME_TASKS, VARIETY)
    searches = [f"/search?q={spelt(number, title[:FIRST_WORD])}" for number, (_, title) in enumerate(found)]
    histories = [f"/tasks/{task_id}/events" for task_id, _ in found]
    asks = (
        Ask(LIST, ["/tasks?limit=100"], {"tasks": 220, "task_events": 1020}, ["/tasks?limit=500"]),
        Ask(OF_A_STATUS, ["/tasks?status=failed&limit=50"], {"tasks": 146, "task_events": 650}),
        Ask(SEARCH, searches, {"tasks": 60}),
        Ask(HISTORY, histories, {"task_events": 80}),
        Ask(BOARD, ["/board"], {}),
    )
    return {ask.name: ask for ask in asks}


def spelt(number: int, word: str) -> str:
    """Return a word in one of three spellings."""
    return (word, word.upper(), word.lower())[number % 3]
