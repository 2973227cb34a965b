"""What a request comes to in the database: statements, rows that are returned, rows that are read; judges nothing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any, Final

from checker.kit.plans import reading, returned
from checker.suites.scenario2.asks import STATEMENTS, Ask, forms

if TYPE_CHECKING:
    from checker.kit.http import Client, Reply
    from checker.kit.statements import Executed, StatementLog

TRIES: Final = 3  # of a request that is over a bound: something else may have been under way
FOR_EACH: Final = 10  # rows returned for a task or event that is shown, and
MORE: Final = 20  # rows beyond these; the README
ENOUGH_SECONDS: Final = 1.0  # a request that takes longer is not repeated
WARMING: Final = ("/tasks?limit=3", "/tasks?status=failed&limit=3", "/search?q=none-such", "/tasks/1/events")


@dataclass(frozen=True)
class Cost:
    """An answer, and what was executed for it."""

    ask: Ask
    reply: Reply
    executed: Executed

    @property
    def took_long(self) -> bool:
        """Whether the request took so long that it is not to be repeated more often than need be."""
        return self.reply.seconds > ENOUGH_SECONDS

    @property
    def texts(self) -> list[str]:
        """The texts of all statements but those that functions ran."""
        return [one.text for one in self.executed.statements if not one.nested] + list(self.executed.unfinished)

    @property
    def returned(self) -> float:
        """Rows that came back to the service."""
        return sum(returned(one.plan) for one in self.executed.statements if not one.nested)

    @property
    def may_return(self) -> int:
        """Rows that may come back."""
        return FOR_EACH * shown(self.reply) + MORE

    @property
    def read(self) -> Mapping[str, float]:
        """Rows of each table with a bound that were read."""
        plans = [one.plan for one in self.executed.statements]
        return {table: sum(reading(plan, table).rows for plan in plans) for table in self.ask.bounds}

    @property
    def within_bounds(self) -> bool:
        """Whether nothing is exceeded."""
        few = len(self.texts) <= STATEMENTS and self.returned <= self.may_return
        return few and all(rows <= self.ask.bounds[table] for table, rows in self.read.items())

    def most(self, table: str) -> str:
        """Return the statement that read the most rows of a table."""
        shares = [(reading(one.plan, table).rows, one.text) for one in self.executed.statements]
        return max(shares, default=(0.0, "no statement"))[1]


def shown(reply: Reply) -> int:
    """Return how many tasks or events an answer shows; the board shows none."""
    body: Any = reply.json() if reply.status == 200 else None
    return len(body) if isinstance(body, list) else 0


def warm_up(*clients: Client) -> None:
    """Let services get ready: connections are opened, statements prepared."""
    for client in clients:
        for path in WARMING:
            client.request("GET", path)


def cost_of(log: StatementLog, client: Client, ask: Ask) -> Cost:
    """Make a request while the database's log is read, again where it is over a bound; return the last."""
    for path in forms(ask.paths, TRIES):
        cost = Cost(ask, *log.during(partial(client.request, "GET", path)))
        if cost.within_bounds or cost.took_long:
            break
    return cost
