"""Rows of `tasks` and `task_events` as an import writes them, and what should be shown of them."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, Final

from checker.kit.expect import Refuted

if TYPE_CHECKING:
    from checker.kit.database import Database
    from checker.kit.http import Reply

NOW: Final = datetime.now(UTC).replace(microsecond=0)
INSERT_TASKS: Final = """
INSERT INTO public.tasks (title, description, status, created_at, updated_at)
SELECT title, NULL, status, %s, %s FROM unnest(%s::text[], %s::text[]) WITH ORDINALITY AS new (title, status, place)
ORDER BY place
"""
INSERT_EVENTS: Final = "INSERT INTO public.task_events (task_id, kind, detail, created_at) VALUES "
EVENTS: Final = """
SELECT id, kind, detail, created_at FROM public.task_events WHERE task_id = %s ORDER BY created_at, id
"""
COUNTS: Final = "SELECT status::text, count(*) FROM public.tasks GROUP BY status"
STATUSES: Final = ("pending", "processing", "completed", "failed")


@dataclass(frozen=True, order=True)
class Event:
    """An event, in the order of a history."""

    created_at: datetime
    id: int
    kind: str
    detail: str | None


class Rows:
    """Writes and reads by SQL, as the README allows it to anybody."""

    def __init__(self, database: Database) -> None:
        self.database = database

    def add_task(self, title: str = "", status: str = "pending") -> int:
        """Insert a task and return its id; without a title it gets one that no other has."""
        return self.add_tasks([title or some_word()], [status])[0]

    def add_tasks(self, titles: Sequence[str], statuses: Sequence[str]) -> list[int]:
        """Insert tasks whose titles no other has, by one statement, and return their ids, which grow."""
        self.database.write(INSERT_TASKS, NOW, NOW, list(titles), list(statuses))
        found = self.database.rows("SELECT id FROM public.tasks WHERE title = ANY (%s) ORDER BY id", list(titles))
        return [int(row[0]) for row in found]

    def add_events(self, task_id: int, *minutes: float, kind: str = "imported") -> None:
        """Insert events by one statement; `minutes` tell how long after now each was, in the order of their ids."""
        values = [(task_id, kind, f"at {later:g}", NOW + timedelta(minutes=later)) for later in minutes]
        statement = INSERT_EVENTS + ", ".join(["(%s, %s, %s, %s)"] * len(values))
        self.database.write(statement, *(cell for row in values for cell in row))

    def events(self, task_id: int) -> list[Event]:
        """Return a task's events, oldest first."""
        return [Event(at, number, kind, detail) for number, kind, detail, at in self.database.rows(EVENTS, task_id)]

    def board(self) -> dict[str, Any]:
        """Return what the board should show."""
        counts = dict(self.database.rows(COUNTS))
        statuses = {status: counts.get(status, 0) for status in STATUSES}
        return {"total": sum(counts.values()), "statuses": statuses}


def some_word() -> str:
    """Return a word that no other title holds."""
    return f"Word{secrets.token_hex(6)}"


def event_of(value: Any, reply: Reply) -> Event:
    """Return the event that a JSON value is, or refute that it is one."""
    try:
        event = Event(datetime.fromisoformat(value["created_at"]), value["id"], value["kind"], value["detail"])
    except (TypeError, KeyError, ValueError):
        raise Refuted("an event {id, kind, detail, created_at}", f"{value!r:.200}", reply.request) from None
    if event.created_at.tzinfo is None:
        raise Refuted("a time with an offset", f"{value!r:.200}", reply.request)
    return event


def events_of(reply: Reply) -> list[Event]:
    """Return the events of a history."""
    body = reply.expect_status(200).json()
    if not isinstance(body, list):
        raise Refuted("an array of events", str(reply), reply.request)
    return [event_of(value, reply) for value in body]


def last_event_of(task: dict[str, Any], reply: Reply) -> Event | None:
    """Return the last event that a list shows with a task."""
    if "last_event" not in task:
        raise Refuted("`last_event` with each task of a list", f"{task}", reply.request)
    return None if task["last_event"] is None else event_of(task["last_event"], reply)


def last(events: Sequence[Event]) -> Event | None:
    """Return the last of some events."""
    return max(events, default=None)
