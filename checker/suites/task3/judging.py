"""What several of task3's checks need to judge a trial."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

from checker.kit.expect import Refuted
from checker.suites.task3.trial import WALKS

if TYPE_CHECKING:
    from checker.suites.task3.pages import Page
    from checker.suites.task3.trial import Trial

SHOWN: Final = 5  # ids that a message names


def shown(pages: Iterable[Page]) -> list[int]:
    """Return the ids of all tasks on some pages, in the order in which they were shown."""
    return [task_id for page in pages for task_id in page.ids]


def what_is_missing(ids: Collection[int], wanted: Collection[int]) -> str:
    """Say which tasks were not shown, or twice, or should not have been; empty where each was shown once."""
    counts = Counter(ids)
    problems = {
        "not shown": set(wanted) - counts.keys(),
        "shown more than once": {task_id for task_id, count in counts.items() if count > 1},
        "shown though they do not match": counts.keys() - set(wanted),
    }
    return ", ".join(f"{len(found)} tasks {problem} ({some(found)})" for problem, found in problems.items() if found)


def some(ids: Collection[int]) -> str:
    """Name some ids."""
    first = sorted(ids)[:SHOWN]
    return f"id {', '.join(map(str, first))}{', …' if len(ids) > len(first) else ''}"


def asked(query: Mapping[str, Any]) -> str:
    """Return a request's parameters as a message shows them."""
    return f"GET /tasks?{'&'.join(f'{name}={value}' for name, value in query.items())}".rstrip("?")


def where_it_stopped(pages: Sequence[Page]) -> str:
    """Say how a walk came to its end."""
    last = pages[-1]
    if last.reply.status != 200:
        return f"page {len(pages)} was answered with {last.reply}"
    return f"page {len(pages)} has `next`: {last.link_if_any('next')!r:.200}"


def pages_are_right(trial: Trial) -> bool:
    """Whether each task shows exactly once where pages are followed by their cursors.

    Where it does not, what a link leads back to cannot be judged, and `cursor-pagination` fails.
    """
    try:
        return not any(
            what_is_missing(shown(trial.walks[name].pages), trial.mixed.matching(query))
            for name, query in WALKS.items()
        )
    except Refuted:
        return False
