"""What the service shows, read strictly."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final
from urllib.parse import quote

from checker.kit.expect import expect
from checker.kit.tasks import items_of
from checker.suites.scenario2.rows import Event, events_of, last_event_of

if TYPE_CHECKING:
    from checker.kit.http import Client, Reply

ALL: Final = 100_000  # more tasks than checks make


class Look:
    """One client's reading of the service."""

    def __init__(self, client: Client) -> None:
        self.client = client

    def ask(self, path: str) -> Reply:
        """Return an answer, which has to be 200."""
        return self.client.request("GET", path).expect_status(200)

    def listed(self, query: str = f"?limit={ALL}") -> list[int]:
        """Return the ids of a list."""
        return [task["id"] for task in items_of(self.ask(f"/tasks{query}"))]

    def last_events(self, query: str = f"?limit={ALL}") -> dict[int, Event | None]:
        """Return the last event of each task of a list."""
        reply = self.ask(f"/tasks{query}")
        return {task["id"]: last_event_of(task, reply) for task in items_of(reply)}

    def found(self, beginning: str, more: str = "") -> list[int]:
        """Return the ids that a search finds."""
        return [task["id"] for task in items_of(self.ask(f"/search?q={quote(beginning, safe='')}{more}"))]

    def history(self, task_id: int) -> list[Event]:
        """Return a task's history."""
        return events_of(self.ask(f"/tasks/{task_id}/events"))

    def expect_board(self, wanted: dict[str, Any], after: str) -> None:
        """Refute that the board shows what it should after something."""
        reply = self.ask("/board")
        expect(
            reply.json() == wanted, expected=f"{wanted} on the board after {after}", seen=reply, repeat=reply.request
        )
