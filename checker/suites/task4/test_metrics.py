"""cache-metrics: hits and misses are counted, each once."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import pytest

from checker.kit.expect import NotRun, expect, proves
from checker.kit.prometheus import read_exposition
from checker.suites.task4.bench import Source
from checker.suites.task4.counting import HITS, HITS_AT_ONCE, MISSES
from checker.suites.task4.judging import METRICS, expect_counts, needs_copies

if TYPE_CHECKING:
    from checker.suites.task4.trial import Trial

COUNTERS: Final = frozenset({"", "counter", "untyped", "unknown"})  # a page need not declare types


@proves("cache-metrics")
@pytest.mark.parametrize("name", [HITS, MISSES])
def test_the_page_holds_the_counter(trial: Trial, name: str) -> None:
    """After hits and misses, `GET /metrics` is Prometheus text that holds both counters."""
    page = trial.counting.get().page
    expect(page.status == 200, expected="200 for GET /metrics", seen=page, repeat=METRICS)
    found = read_exposition(page.body.decode("utf-8", "replace"))
    needs_copies(trial)
    expect(
        name in found.samples and found.declared(name) in COUNTERS,
        expected=f"a counter {name} in Prometheus' text format, after hits and misses",
        seen=f"{found.declared(name) or 'no such sample'}: {page}",
        repeat=METRICS,
    )


@proves("cache-metrics")
def test_a_get_after_the_keys_were_removed_is_one_miss(trial: Trial) -> None:
    """And no hit."""
    needs_copies(trial)
    for count in trial.counting.get().after_removal:
        if Source.NEITHER in count.sources or Source.COPY in count.sources:
            raise NotRun("a GET after the task's keys were removed did not read the table")
        expect_counts(count, 0, 1, "one GET /tasks/{id} after the keys of the task were removed")


@proves("cache-metrics")
def test_a_get_that_is_served_from_redis_is_one_hit(trial: Trial) -> None:
    """And no miss."""
    needs_copies(trial)
    for count in trial.counting.get().with_copy:
        hits = count.sources.count(Source.COPY)
        expect_counts(
            count,
            hits,
            len(count.sources) - hits,
            f"{hits} GETs, {HITS_AT_ONCE} of them at once, that were served from Redis",
        )
