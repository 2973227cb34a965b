"""What the counters of `GET /metrics` say while tasks are read, alone with the service."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final
from urllib.parse import urljoin

from checker.kit.prometheus import Exposition, read_exposition
from checker.suites.task4.bench import Source

if TYPE_CHECKING:
    from collections.abc import Sequence

    from checker.kit.http import Reply
    from checker.kit.tasks import TaskApi
    from checker.suites.task4.bench import Bench

HITS: Final = "task_cache_hits_total"
MISSES: Final = "task_cache_misses_total"
ROUNDS: Final = 2
REDIRECTS: Final = 5
HITS_A_ROUND: Final = 3
HITS_AT_ONCE: Final = 10


@dataclass(frozen=True)
class Count:
    """What one or more GETs of a task added to the counters, and where their answers came from."""

    sources: Sequence[Source]
    hits: float
    misses: float


@dataclass(frozen=True)
class Counting:
    """The counts of GETs after the keys were removed, and of GETs while a copy was there; the last page."""

    after_removal: Sequence[Count]
    with_copy: Sequence[Count]
    page: Reply


def observe_counting(bench: Bench) -> Counting:
    """Read tasks, and the counters between."""
    after_removal, with_copy = [], []
    subjects = bench.create(ROUNDS)
    for subject in subjects:
        bench.warm(subject)
        bench.learn(subject)
        bench.forget(subject)
        before = scrape(bench.api)
        first = bench.probe(subject).source
        between = scrape(bench.api)
        time.sleep(0.03)
        later = [bench.probe(subject).source for _ in range(HITS_A_ROUND)]
        later += [reading.source for reading in bench.probe_at_once(subject, HITS_AT_ONCE)]
        after = scrape(bench.api)
        after_removal.append(difference([first], before, between))
        with_copy.append(difference(later, between, after))
    page = metrics(bench.api)
    bench.compare(subjects[0], subjects[1])
    return Counting(after_removal, with_copy, page)


def difference(sources: Sequence[Source], before: Exposition, after: Exposition) -> Count:
    """Return what was counted between two pages."""
    hits, misses = (after.counter(name) - before.counter(name) for name in (HITS, MISSES))
    return Count(sources, hits, misses)


def scrape(api: TaskApi) -> Exposition:
    """Read the counters."""
    return read_exposition(metrics(api).body.decode("utf-8", "replace"))


def metrics(api: TaskApi) -> Reply:
    """Return the answer to `GET /metrics`, from wherever it redirects to."""
    reply = api.client.request("GET", "/metrics")
    for _ in range(REDIRECTS):
        target = reply.headers.get("location")
        if reply.status not in {301, 302, 303, 307, 308} or not target:
            break
        reply = api.client.request("GET", urljoin(f"{api.client.base}/metrics", target))
    return reply
