"""Runs all phases of task4's trial and keeps what was observed; judges nothing.

First a task is read and counted alone with the service, while the worker and one more API come up. Then three things
go on side by side, or one after the other where a design keeps or forgets many tasks together: entries are spoilt,
tasks are changed, and messages are held up. Only the first of them expects to be served from copies. At last Redis
dies.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, Generic, TypeVar

from checker.kit.expect import NotRun, Refuted
from checker.suites.task4.bench import Bench
from checker.suites.task4.changing import Changing, observe_changing
from checker.suites.task4.counting import Counting, observe_counting
from checker.suites.task4.entries import Entry, Missing, observe_entries, observe_missing
from checker.suites.task4.holding import Holding, observe_holding
from checker.suites.task4.outage import Outage, observe_outage
from checker.suites.task4.serving import Serving, observe_serving
from checker.suites.task4.stage import Stage, start_stage
from checker.suites.task4.worker import Worker

if TYPE_CHECKING:
    from collections.abc import Callable
    from concurrent.futures import Future

    from checker.kit.fixtures import Service
    from checker.suites.task4.subject import Subject

T = TypeVar("T")
SUBJECTS: Final = 32


@dataclass(frozen=True)
class Phase(Generic[T]):
    """What a phase found, or what kept it from finding it."""

    found: T | None = None
    trouble: Refuted | NotRun | None = None

    def get(self) -> T:
        """Return what was found; raise what kept the phase from it."""
        if self.trouble is not None or self.found is None:
            raise self.trouble or NotRun("nothing was observed")
        return self.found


@dataclass(frozen=True)
class Trial:
    """Everything that was observed."""

    serving: Phase[Serving]
    counting: Phase[Counting]
    missing: Phase[Missing]
    entries: Phase[dict[str, Entry]]
    changing: Phase[Changing]
    holding: Phase[Holding]
    outage: Phase[Outage]


def phase(observe: Callable[..., T], *arguments: Any) -> Phase[T]:
    """Run a phase; what the service refutes in the middle of it is kept for the checks."""
    try:
        return Phase(observe(*arguments))
    except (Refuted, NotRun) as trouble:
        return Phase(trouble=trouble)


def run_trial(service: Service) -> Trial:
    """Let everything happen."""
    with ThreadPoolExecutor(4) as pool:
        staging = pool.submit(start_stage, service)
        api = service.client()
        worker_up = pool.submit(service.start_worker)
        bench = Bench(service, api)
        serving, counting = phase(observe_serving, bench), phase(observe_counting, bench)
        missing = phase(observe_missing, bench)
        made = phase(bench.create, SUBJECTS)
        worker_up.result()
        entries, changing, holding = side_by_side(pool, bench, staging.result(), made)
        outage = phase(lambda: observe_outage(bench, made.get()[-4:]))
    return Trial(serving, counting, missing, entries, changing, holding, outage)


def side_by_side(
    pool: ThreadPoolExecutor, bench: Bench, stage: Stage | str, made: Phase[list[Subject]]
) -> tuple[Phase[dict[str, Entry]], Phase[Changing], Phase[Holding]]:
    """Run the three phases that do not mind each other; each takes its own tasks from `made`."""
    workers = [Worker(bench.service) for _ in range(2)]
    workers[0].begin()
    spoiling = pool.submit(phase, lambda: observe_entries(bench, made.get()[0]))
    alone(spoiling, bench)
    changing = pool.submit(phase, lambda: observe_changing(bench, workers[0], iter(made.get()[1:17])))
    alone(changing, bench)
    holding = phase(lambda: observe_holding(bench, on(stage, bench), workers[1], iter(made.get()[17:-4])))
    found = spoiling.result(), changing.result(), holding
    if isinstance(stage, Stage):
        stage.leave(bench.service)
    return found


def alone(running: Future[Any], bench: Bench) -> None:
    """Wait for a phase where tasks are not apart in Redis: other phases would remove its keys with theirs."""
    if not bench.apart:
        running.result()


def on(stage: Stage | str, bench: Bench) -> Stage:
    """Return the stage, with the user's login."""
    if isinstance(stage, str):
        raise NotRun(f"one more API did not start beside the first: {stage}")
    return stage.for_user(bench.api)
