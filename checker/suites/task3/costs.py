"""Asks for pages of 100,000 tasks and keeps what the database did for them; judges nothing."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from checker.kit.statements import StatementLog
from checker.suites.task3.many import ALL, STATUS, ManyTasks
from checker.suites.task3.meter import Ask, Cost, Meter
from checker.suites.task3.pages import Page
from checker.suites.task3.walks import Walker

if TYPE_CHECKING:
    from checker.kit.fixtures import Service

LIMITS: Final = (10, 100)
TIMED_LIMIT: Final = 10
ROUNDS: Final = 10  # the contract
TRIES: Final = 3  # of a page that is over a bound: something else may have read tasks meanwhile


@dataclass(frozen=True)
class Costs:
    """What the first page costs, a deep one, and the one before that; the times of the first and the deep one.

    Where no link led to a page, it is not there. `fewer` are first pages once some tasks were deleted, with the number
    of those that are left.
    """

    pages: dict[tuple[str, int], Cost] = field(default_factory=dict)
    first_seconds: list[float] = field(default_factory=list)
    deep_seconds: list[float] = field(default_factory=list)
    fewer: list[tuple[Page, int]] = field(default_factory=list)

    @property
    def are_enormous(self) -> bool:
        """Whether one of the pages is."""
        return any(cost.is_enormous for cost in self.pages.values())


def measure(service: Service) -> Costs:
    """Fill the table and ask for pages from its beginning and from deep down."""
    many = ManyTasks(service.database)
    api = service.client()
    meter = Meter(StatementLog(service), service.database)
    many.show_older(api)
    walkers = {limit: Walker(api, limit=limit) for limit in LIMITS}
    above = {limit: walker.first() for limit, walker in walkers.items()}
    many.show_newer()
    costs = Costs()
    for limit, walker in walkers.items():
        look_around(costs, meter, walker, limit, above[limit])
    walker = walkers[TIMED_LIMIT]
    compare(costs, walker.first, lambda: walker.beside(above[TIMED_LIMIT], "next"))
    if not costs.are_enormous:
        deleted = many.delete_some()
        costs.fewer.extend((one.first(), ALL - deleted) for one in (walker, Walker(api, status=STATUS)))
    many.drop()
    return costs


def look_around(costs: Costs, meter: Meter, walker: Walker, limit: int, above: Page) -> None:
    """Ask for the first page, for the deep one that was beside `above`, and for the one before that."""
    walker.first()  # lets the service get ready
    keep(costs, meter, ("first", limit), walker.first)
    keep(costs, meter, ("deep", limit), lambda: walker.beside(above, "next"))
    if ("deep", limit) in costs.pages:
        deep = costs.pages["deep", limit].page
        keep(costs, meter, ("back", limit), lambda: walker.beside(deep, "previous"))


def keep(costs: Costs, meter: Meter, key: tuple[str, int], ask: Ask) -> None:
    """Ask for a page while the database's log is read, again where it is over a bound; keep the cheapest."""
    for _ in range(0 if costs.are_enormous else TRIES):
        cost = meter.cost(key[1], ask)
        if cost is None:
            return
        if key not in costs.pages or cost.rows < costs.pages[key].rows:
            costs.pages[key] = cost
        if cost.within_bounds or costs.are_enormous:
            return


def compare(costs: Costs, first: Ask, deep: Ask) -> None:
    """Ask for two pages in turn and keep how long each took."""
    for _ in range(1 if costs.are_enormous else ROUNDS):
        for seconds, page in ((costs.first_seconds, first()), (costs.deep_seconds, deep())):
            if page is None:
                return
            seconds.append(page.reply.seconds)
