"""What all of scenario2's checks judge: the service on a full database, beside the model solution."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest

from checker.kit.expect import NotRun
from checker.kit.statements import StatementLog
from checker.suites.scenario2.asks import Ask, measured
from checker.suites.scenario2.costs import Cost, cost_of, warm_up
from checker.suites.scenario2.production import Production, bring_up
from checker.suites.scenario2.rows import Rows
from checker.suites.scenario2.timing import Times, compare, in_turn

if TYPE_CHECKING:
    from checker.kit.fixtures import Service
    from checker.kit.http import Client
    from checker.kit.tasks import TaskApi


@dataclass(frozen=True)
class Measured:
    """What each request came to, and how long it took, by the request's name."""

    costs: Mapping[str, Cost]
    times: Mapping[str, Times]


@pytest.fixture(scope="session", autouse=True)
def coming(coming_service: Service) -> Iterator[Future[Production]]:
    """Fill a database, which takes a few seconds, while everything else comes up."""
    with ThreadPoolExecutor(1) as pool:
        yield pool.submit(bring_up, coming_service)


@pytest.fixture(scope="session")
def api(service: Service) -> TaskApi:
    """Return a client of the submission on the database that holds what checks put there."""
    return service.client()


@pytest.fixture
def rows(service: Service) -> Rows:
    """Return what writes and reads that database, which holds no tasks to begin with."""
    service.database.write("DELETE FROM public.tasks")
    return Rows(service.database)


@pytest.fixture(scope="session")
def production(coming: Future[Production]) -> Production:
    """Wait for the full database, and whoever came up on it."""
    return coming.result()


@pytest.fixture(scope="session")
def own(production: Production) -> Client:
    """Return a client of the submission on the full database."""
    if production.own is None:
        raise NotRun(f"there is no service on the full database: {production.trouble}")
    return production.own


@pytest.fixture(scope="session")
def seen(service: Service, production: Production, own: Client) -> Measured:
    """Measure each request, once."""
    warm_up(own, production.model)
    log = StatementLog(service)
    asks = measured(production.copy)  # whatever the submission has made of its own
    costs = {name: cost_of(log, own, ask) for name, ask in asks.items()}
    return Measured(costs, {name: time_of(own, production.model, ask, costs[name]) for name, ask in asks.items()})


def time_of(own: Client, model: Client, ask: Ask, cost: Cost) -> Times:
    """Time a request; one that took long already is timed as it is, in none of its longer forms."""
    paths = ask.paths if cost.took_long or not ask.timed else ask.timed
    return compare(in_turn(own, model), paths, cost.reply.seconds)
