"""The whole of what scenario1's checks judge, observed once: first calmly, then under traffic, then with refusals."""

from __future__ import annotations

import itertools
from concurrent.futures import Future
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from checker.suites.scenario1 import plans
from checker.suites.scenario1.behaviour import Behaviour, observe_behaviour
from checker.suites.scenario1.connections import Connections, observe_connections
from checker.suites.scenario1.held import HeldExport
from checker.suites.scenario1.memory import Pair, Series, Subject
from checker.suites.scenario1.visitor import Ask, Visitor

if TYPE_CHECKING:
    from checker.kit.database import Database
    from checker.kit.fixtures import Service
    from checker.kit.model import Model

ROWS: Final = 1_400
DESCRIPTION_REPEATS: Final = 750  # of 32 characters: 24 kB
SHOWN: Final = 50  # requests that GET /activity tells of
FILL: Final = """
INSERT INTO public.tasks (title, description, status, created_at, updated_at)
SELECT 'task ' || n, repeat(md5(n::text), %s), 'completed', now(), now() FROM generate_series(1, %s) AS n
"""


@dataclass
class Load:
    """What was seen under steady traffic, beside memory.

    `away` tells how often the API could not be reached, `wrong` what was answered otherwise than it should be, `gone`
    why the traffic ended early; `shown` how many requests `GET /activity` told of, each time; `exported` the lines of
    an export that was read slowly meanwhile, and `rows` how many there are.
    """

    memory: list[Series] = field(default_factory=list)
    away: int = 0
    wrong: list[str] = field(default_factory=list)
    gone: str = ""
    shown: list[int] = field(default_factory=list)
    exported: int = 0
    rows: int = 0


@dataclass
class Trial:
    """Everything that was observed; `failing` is not there where connections are not released."""

    behaviour: Behaviour
    calm: Load
    connections: Connections
    failing: list[Series] | None


def run_trial(service: Service, coming_model: Future[Model]) -> Trial:
    """Observe everything."""
    behaviour = observe_behaviour(service)
    model = coming_model.result()
    own_ids, model_ids = fill(service.database), fill(model.database)
    load = Load(rows=len(own_ids))
    pair = Pair(
        service,
        Subject("api", Visitor(service.base()), iter(own_ids)),
        Subject(model.process, Visitor(model.base), iter(model_ids)),
    )
    bear(pair, load)
    connections = observe_connections(service, own_ids)
    failing = refuse(pair, own_ids, model_ids) if connections.are_released and not load.gone else None
    return Trial(behaviour, load, connections, failing)


def fill(database: Database) -> list[int]:
    """Put many tasks with long descriptions into a table that was emptied, and return their ids, oldest first."""
    database.write("DELETE FROM public.tasks")
    database.write(FILL, DESCRIPTION_REPEATS, ROWS)
    return [row[0] for row in database.rows("SELECT id FROM public.tasks ORDER BY id")]


def bear(pair: Pair, load: Load) -> None:
    """Send steady traffic while an export is read slowly, and measure memory once it has gone on for some time."""
    export = HeldExport(pair.own.visitor.base)

    def after_slice() -> None:
        export.read_some()
        visits = pair.own.visitor.make(Ask("GET", "/activity")).json()
        load.shown.append(len(visits) if isinstance(visits, list) else 0)

    pair.go(plans.warm_up)
    pair.own.after_slice = after_slice
    load.memory = pair.measure(plans.calm_slice, plans.SLICES)
    pair.own.after_slice = lambda: None
    load.away, load.wrong, load.gone = pair.own.visitor.away, list(pair.own.visitor.wrong), pair.gone
    load.exported = len(export.finish())


def refuse(pair: Pair, own_ids: list[int], model_ids: list[int]) -> list[Series]:
    """Send traffic that is refused, and measure memory from its second slice on."""
    pair.own.ids, pair.model.ids = itertools.cycle(own_ids), itertools.cycle(model_ids)
    for _ in range(plans.FAILING_FIRST):
        pair.go(plans.failing_slice)
    return pair.measure(plans.failing_slice, plans.FAILING_SLICES)
