"""memory-bounded: under steady traffic memory levels off, in a process that lives through it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from checker.kit.expect import NotRun, expect, proves
from checker.suites.scenario1.growth import growth

if TYPE_CHECKING:
    from collections.abc import Sequence

    from checker.suites.scenario1.memory import Series
    from checker.suites.scenario1.trial import Trial


def expect_level(found: Sequence[Series], traffic: str) -> None:
    """Refute that memory levelled off in any of the measurements."""
    if not found:
        raise NotRun("the traffic was not borne to its end")
    last = min(found, key=lambda series: series.excess)
    expect(
        not last.suspicious,
        expected=f"memory to level off: at most {mega(last.allowed)} more than the model solution over {traffic}",
        seen=f"{mega(growth(last.own))} more after {last.requests} requests, where the model solution added "
        f"{mega(growth(last.model))} (MB after each part of them: {', '.join(mega(one, '') for one in last.own)})",
    )


def mega(count: float, unit: str = " MB") -> str:
    """Return a number of bytes as a person reads it."""
    return f"{count / 2**20:.1f}{unit}"


@proves("memory-bounded")
def test_memory_levels_off_under_good_traffic(trial: Trial) -> None:
    """Reads of new tasks, changes, and requests that need no database leave nothing behind."""
    expect_level(trial.calm.memory, "reads of tasks that were not read before, changes and other requests")


@proves("memory-bounded")
def test_memory_levels_off_under_refusals(trial: Trial) -> None:
    """Requests that are answered with 404 and 422 leave nothing behind.

    Where they leave connections behind there is no measuring it, and `connections-released` fails.
    """
    if trial.trouble:
        raise NotRun(trial.trouble)
    if trial.failing is not None:
        expect_level(trial.failing, "requests that are answered with 404 and 422")


@proves("memory-bounded")
def test_the_api_is_never_away(trial: Trial) -> None:
    """No process is ended and started again to look small: whoever had the first request has the last one."""
    load = trial.calm
    troubles = [
        load.gone,
        f"nobody took a connection, {load.away} times" if load.away else "",
        f"a connection in use was closed, {load.cut} times" if load.cut else "",
        *load.wrong[:3],
    ]
    expect(
        not any(troubles),
        expected="every request to be answered as it should be under steady traffic, on one connection throughout",
        seen="; ".join(filter(None, troubles)),
    )


@proves("memory-bounded")
def test_a_slow_export_comes_to_its_end(trial: Trial) -> None:
    """What a process had begun before the traffic is finished after it."""
    expect(
        trial.calm.exported >= trial.calm.rows,
        expected=f"all {trial.calm.rows} lines of an export whose client reads slowly under steady traffic",
        seen=f"{trial.calm.exported} lines",
    )
