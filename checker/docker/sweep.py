"""What runs that are gone have left with the engine: found by their labels, removed before the next run.

A run's containers carry the run's folder; the process that made it holds a lock there for as long as it lives.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from checker.docker.containers import LABEL, LEASE, sweep_run
from checker.docker.engine import client, refused
from checker.workspace import is_held

if TYPE_CHECKING:
    from collections.abc import Iterator


def sweep() -> list[str]:
    """Remove what is left of runs whose process is gone, and return their ids."""
    with refused():
        left = sorted({run for run, folder in resources() if not is_held(folder)})
        for run in left:
            sweep_run(run)
    return left


def resources() -> Iterator[tuple[str, Path]]:
    """Yield the run and its folder of every container and volume that carries our label."""
    wanted = {"label": LABEL}
    found = [*client().containers(all=True, filters=wanted), *(client().volumes(filters=wanted)["Volumes"] or ())]
    for one in found:
        yield one["Labels"][LABEL], Path(one["Labels"].get(LEASE, "/nonexistent"))
