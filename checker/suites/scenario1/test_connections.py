"""connections-released: whatever becomes of a request, its connection to the database goes back."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from checker.kit.expect import NotRun, expect, proves
from checker.suites.scenario1.connections import EXPORTS

if TYPE_CHECKING:
    from checker.suites.scenario1.trial import Trial

MOST: Final = 20  # the README
OF_THE_WORKER: Final = 2  # which has sessions of the same role
NOT_ANSWERED: Final = "requests were not answered before any client hung up"


@proves("connections-released")
def test_requests_are_answered_among_refusals(trial: Trial) -> None:
    """Many requests at once, most of them refused: each has its answer, again and again."""
    broken = [one for one in trial.connections.met if not one.kept]
    expect(
        not broken,
        expected="every request to be answered within 5 s while others are answered with 404 and 422",
        seen=f"{len(broken)} of {len(trial.connections.met)} were not, such as {'; '.join(map(str, broken[:2]))}",
    )


@proves("connections-released")
def test_no_transaction_stays_open(trial: Trial) -> None:
    """After refusals, and once clients have gone, no session is left in a transaction."""
    expect(
        not trial.connections.left,
        expected="no session in pg_stat_activity that is not idle, 2 s after the last client has its answer or is gone",
        seen=f"{len(trial.connections.left)}: {', '.join(trial.connections.left[:20])}",
    )


@proves("connections-released")
def test_the_pool_stays_small(trial: Trial) -> None:
    """More connections are no remedy."""
    expect(
        trial.connections.most <= MOST + OF_THE_WORKER,
        expected=f"at most {MOST} connections of the API at any time",
        seen=f"{trial.connections.most}, those of the worker included",
    )


@proves("connections-released")
def test_requests_are_answered_afterwards(trial: Trial) -> None:
    """After the refusals, and after clients that hung up, the service is as good as before."""
    afterwards = trial.connections.afterwards
    if not afterwards:
        raise NotRun(NOT_ANSWERED)
    broken = [one for one in afterwards if not one.kept]
    expect(
        not broken,
        expected="every request to be answered within 5 s after requests that were refused and clients that hung up",
        seen=f"{len(broken)} of {len(afterwards)} were not, such as {'; '.join(map(str, broken[:2]))}",
    )


@proves("connections-released")
def test_exports_begin(trial: Trial) -> None:
    """Several exports are under way at a time, also after clients hung up on others."""
    begun = trial.connections.exports
    if not begun:
        raise NotRun(NOT_ANSWERED)
    expect(
        min(begun) == EXPORTS,
        expected=f"{EXPORTS} exports to begin at a time, and again {EXPORTS} when the clients of those have hung up",
        seen=" and ".join(map(str, begun)),
    )
