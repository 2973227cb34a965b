"""The traffic: enough of it, and nothing twice that has to be new."""

from __future__ import annotations

import itertools

from checker.suites.scenario1 import plans, trial
from checker.suites.scenario1.memory import TRIES
from checker.suites.scenario1.visitor import Ask


def ids_read(asks: list[Ask]) -> list[str]:
    """Return the paths of the tasks that are read."""
    return [ask.target.partition("?")[0] for ask in asks if ask.method == "GET" and ask.target.startswith("/tasks/")]


def test_what_may_be_kept_is_full_before_memory_is_measured() -> None:
    """More than 550 tasks are read and more than 700 requests made first, as the README says."""
    asks = plans.warm_up(itertools.count(1))
    assert len(set(ids_read(asks))) > 550
    assert len(asks) > 700


def test_every_slice_reads_tasks_that_nobody_has_read() -> None:
    """Apart from those that a change brings back."""
    ids = itertools.count(1)
    first, second = plans.calm_slice(ids), plans.calm_slice(ids)
    assert len(set(ids_read(first))) == plans.READS
    assert not set(ids_read(first)) & set(ids_read(second))


def test_there_are_tasks_enough_for_all_measurements() -> None:
    """The rows last for the warm-up and for every try."""
    ids = itertools.count(1)
    plans.warm_up(ids)
    for _ in range(TRIES * plans.SLICES):
        plans.calm_slice(ids)
    assert next(ids) <= trial.ROWS


def test_what_is_refused_is_long_and_short_of_what_a_server_takes() -> None:
    """Every target fits the 64 kB that uvicorn takes for a request's head."""
    asks = plans.failing_slice(itertools.count(1))
    assert max(len(ask.target) for ask in asks) < 60_000
    assert {ask.wanted for ask in asks} == {404, 422, None}
    assert len({ask.target for ask in asks if ask.wanted == 404}) > 15


def test_the_traffic_is_as_much_as_the_readme_says() -> None:
    """Some 750 good requests and 240 that are refused."""
    good = sum(len(plans.calm_slice(itertools.count(1))) for _ in range(plans.SLICES))
    bad = sum(len(plans.failing_slice(itertools.count(1))) for _ in range(plans.FAILING_SLICES))
    assert 740 <= good <= 770
    assert 235 <= bad <= 260
