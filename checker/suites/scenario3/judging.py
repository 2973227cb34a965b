"""What fates of tasks say about the promises: pure functions of what was observed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from checker.kit.expect import expect

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from checker.suites.scenario3.bench import Fate

ONCE = "each of these tasks completed, with one row in task_events"


def lost(fates: Mapping[int, Fate]) -> dict[int, Fate]:
    """Return the tasks that are not completed, or whose completion was not noted."""
    return {one: fate for one, fate in fates.items() if fate.status != "completed" or fate.completions < 1}


def repeated(fates: Mapping[int, Fate]) -> dict[int, Fate]:
    """Return the tasks whose completion was noted more than once."""
    return {one: fate for one, fate in fates.items() if fate.completions > 1}


def told(found: Mapping[int, Fate], names: Mapping[str, int]) -> str:
    """Return what became of tasks, each by what was done to it."""
    by_id = {task_id: name for name, task_id in names.items()}
    return "; ".join(f"task {one} ({by_id.get(one, 'a task')}): {fate}" for one, fate in found.items())


def expect_none_lost(fates: Mapping[int, Fate], names: Mapping[str, int], after: str) -> None:
    """Refute unless every task is completed and noted."""
    expect(not lost(fates), expected=f"{ONCE}, after {after}", seen=told(lost(fates), names))


def expect_none_twice(fates: Mapping[int, Fate], names: Mapping[str, int], after: str) -> None:
    """Refute where a completion is noted more than once."""
    found = repeated(fates)
    expect(
        not found, expected=f"at most one row `completed` a task in task_events, after {after}", seen=told(found, names)
    )


def strangers(dead: Iterable[str], poison: Iterable[str]) -> list[str]:
    """Return the dead letters that are no poison."""
    known = frozenset(poison)
    return [body for body in dead if body not in known]
