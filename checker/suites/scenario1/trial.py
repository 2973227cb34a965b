"""The whole of what scenario1's checks judge, observed once: first calmly, then under traffic, then with refusals."""

from __future__ import annotations

import contextlib
import itertools
from concurrent.futures import Future
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from checker.suites.scenario1 import plans
from checker.suites.scenario1.behaviour import Behaviour, observe_behaviour
from checker.suites.scenario1.connections import Connections, observe_connections
from checker.suites.scenario1.held import HeldExport
from checker.suites.scenario1.memory import MEBIBYTE, Pair, Series, Subject
from checker.suites.scenario1.visitor import Ask, Gone, Visitor

if TYPE_CHECKING:
    from checker.kit.database import Database
    from checker.kit.fixtures import Service
    from checker.kit.model import Model

ROWS: Final = 1_650
DESCRIPTION_REPEATS: Final = 750  # of 32 characters: 24 kB
AGAIN: Final = "api again"
CALM_BYTES: Final = 4 * MEBIBYTE  # by which memory may grow more than the model's; the README
FAILING_BYTES: Final = 1 * MEBIBYTE  # the same under traffic that is refused
FILL: Final = """
INSERT INTO public.tasks (title, description, status, created_at, updated_at)
SELECT rpad('task ' || n || ' ', %s, 'x'), repeat(md5(n::text), %s), 'completed', now(), now()
FROM generate_series(1, %s) AS n
"""


@dataclass
class Load:
    """What was seen under steady traffic, beside memory.

    `away` tells how often nobody took a connection, `cut` how often one in use was closed, `wrong` what was answered
    otherwise than it should be, `gone` why the traffic ended early; `exported` the lines of an export that was read
    slowly meanwhile, and `rows` how many there are.
    """

    memory: list[Series] = field(default_factory=list)
    away: int = 0
    cut: int = 0
    wrong: list[str] = field(default_factory=list)
    gone: str = ""
    exported: int = 0
    rows: int = 0


@dataclass
class Trial:
    """Everything that was observed; `failing` is not there where connections are not released, as it needs them.

    Where it could not be observed for another reason, that is `trouble`.
    """

    behaviour: Behaviour
    calm: Load
    connections: Connections
    failing: list[Series] | None = None
    trouble: str = ""


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
    wait_for(pair.own.visitor)
    connections = observe_connections(service, own_ids)
    trial = Trial(behaviour, load, connections, trouble=load.gone)
    if connections.are_released and not load.gone:
        refuse(trial, pair, own_ids, model_ids)
    return trial


def fill(database: Database) -> list[int]:
    """Put many tasks with long descriptions into a table that was emptied, and return their ids, oldest first."""
    database.write("DELETE FROM public.tasks")
    database.write(FILL, plans.TITLE, DESCRIPTION_REPEATS, ROWS)
    return [row[0] for row in database.rows("SELECT id FROM public.tasks ORDER BY id")]


def bear(pair: Pair, load: Load) -> None:
    """Send steady traffic while an export is read slowly, and measure memory once it has gone on for some time."""
    own = pair.own.visitor
    pair.own.export = HeldExport(own.base)
    pair.go(plans.warm_up)
    load.memory = pair.measure(plans.calm_slice, plans.SLICES, CALM_BYTES)
    load.away, load.cut, load.wrong, load.gone = own.away, own.cut, list(own.wrong), pair.gone
    load.exported = len(pair.own.export.finish())
    pair.own.export = None


def wait_for(visitor: Visitor) -> None:
    """Wait until the service is there, where it was away."""
    with contextlib.suppress(Gone):
        visitor.make(Ask("GET", "/health", None))


def refuse(trial: Trial, pair: Pair, own_ids: list[int], model_ids: list[int]) -> None:
    """Send traffic that is refused to a new process, where nothing that was freed before hides what is kept."""
    channel = pair.service.desk.open()
    started = channel.call("start_api", name=AGAIN, lane_port=pair.service.api_lane, environ={})
    channel.close()
    if "url" not in started:
        trial.trouble = f"a second process of the API does not come up: {started['cause']}"
        return
    pair.own = Subject(AGAIN, Visitor(started["url"]), itertools.cycle(own_ids))
    pair.model.ids = itertools.cycle(model_ids)
    pair.go(plans.warm_up_again)
    trial.failing = pair.measure(plans.failing_slice, plans.FAILING_SLICES, FAILING_BYTES)
    trial.trouble = pair.gone
