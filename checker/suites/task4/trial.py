"""Runs all phases of task4's trial and keeps what was observed; judges nothing.

First a task is read and counted alone with the service, while the worker and one more API come up. Then four things
go on side by side, or one after the other where a design keeps or forgets many tasks together: one GET is held for
long, entries are spoilt, tasks are changed, and messages are held up. Only the second of them expects to be served
from copies. At last Redis dies.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from checker.kit.expect import NotRun
from checker.suites.task4.bench import Bench, Source
from checker.suites.task4.changing import Changing, observe_changing
from checker.suites.task4.counting import Counting, observe_counting
from checker.suites.task4.entries import Entry, Missing, observe_entries, observe_missing
from checker.suites.task4.holding import Holding, observe_holding, observe_slow
from checker.suites.task4.outage import Outage, observe_outage, start_newcomer
from checker.suites.task4.phase import Phase, phase
from checker.suites.task4.serving import Serving, observe_serving
from checker.suites.task4.stage import Stage, start_stage
from checker.suites.task4.worker import Worker

if TYPE_CHECKING:
    from collections.abc import Callable
    from concurrent.futures import Future

    from checker.kit.fixtures import Service
    from checker.suites.task4.subject import Subject

SUBJECTS: Final = 33


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


def run_trial(service: Service) -> Trial:
    """Let everything happen. Processes are started one or two at a time, so that the API under test is not the last."""
    with ThreadPoolExecutor(6) as pool:
        staging = pool.submit(start_stage, service)
        bench = Bench(service, service.client())
        worker_up = pool.submit(service.start_worker)
        serving = phase(observe_serving, bench)
        if not caches(serving):
            bench.give_up()
        counting = phase(observe_counting, bench)
        long = phase(bench.create, 1)
        slow = pool.submit(phase, lambda: observe_slow(bench, on(staging.result(), bench), long.get()[0]))
        alone(slow, bench)
        missing = phase(observe_missing, bench)
        made = phase(bench.create, SUBJECTS)
        worker_up.result()
        newcomer = pool.submit(start_newcomer, service)
        workers = [Worker(service) for _ in range(2)]

        def hold() -> Holding:
            return observe_holding(bench, on(staging.result(), bench), workers[1], iter(made.get()[18:-5]), slow)

        entries, changing, holding = side_by_side(pool, bench, workers[0], made, hold)
        leave(staging.result(), service)
        outage = phase(lambda: observe_outage(bench, made.get()[-5:], workers[0], newcomer))
    return Trial(serving, counting, missing, entries, changing, holding, outage)


def caches(serving: Phase[Serving]) -> bool:
    """Whether a task was served from a copy."""
    return serving.found is not None and serving.found.reading.source is Source.COPY


def side_by_side(
    pool: ThreadPoolExecutor, bench: Bench, worker: Worker, made: Phase[list[Subject]], hold: Callable[[], Holding]
) -> tuple[Phase[dict[str, Entry]], Phase[Changing], Phase[Holding]]:
    """Run the three phases that do not mind each other; each takes its own tasks from `made`."""
    worker.begin()
    spoiling = pool.submit(phase, lambda: observe_entries(bench, made.get()[0]))
    alone(spoiling, bench)
    changing = pool.submit(phase, lambda: observe_changing(bench, worker, iter(made.get()[1:18])))
    alone(changing, bench)
    holding = phase(hold)
    return spoiling.result(), changing.result(), holding


def alone(running: Future[Any], bench: Bench) -> None:
    """Wait for a phase where tasks are not apart in Redis: other phases would remove its keys with theirs."""
    if not bench.apart:
        running.result()


def on(stage: Stage | str, bench: Bench) -> Stage:
    """Return the stage, with the user's login."""
    if isinstance(stage, str):
        raise NotRun(f"one more API did not start beside the first: {stage}")
    return stage.for_user(bench.api)


def leave(stage: Stage | str, service: Service) -> None:
    """End the stage's API, if it ever started."""
    if isinstance(stage, Stage):
        stage.leave(service)
