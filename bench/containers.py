"""What containers cost: one of them, bare and hardened; a stack until it is ready; a whole grade, cold and warm.

    python bench/containers.py [--rounds 7] [--kata task2]

Every round does each row once, in turn, beside a bare container, so that a machine whose speed drifts drifts for all
of them. Printed are medians over the rounds, and the ratio to the bare container, pair by pair. The image has to be
there. Rows:

- bare: create, start, run `true`, removed, with the engine's defaults and no network
- hardened: the same as a container of a submission is made
- stack: from the call to PostgreSQL, Valkey and the queue being ready, as the run's first phase tells it
- warm, cold: `check --stack docker` of the model solution; cold without its environment (the packages stay)
"""

from __future__ import annotations

import argparse
import shutil
import sys
import tempfile
import threading
import time
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING, Any

from checker.assemble import assembled
from checker.catalog import Catalog
from checker.check import Check, Request
from checker.docker.containers import LABEL, SUBMISSION, Container, Place, labels, sweep_run
from checker.docker.engine import client, engine
from checker.docker.image import find_image
from checker.workspace import cache_folder

if TYPE_CHECKING:
    from collections.abc import Callable

TRUE = {"argv": ["/bin/true"], "environ": {}, "cwd": "/", "files": {}, "feed": False}


def timed(work: Callable[[], object]) -> float:
    """Return how long something takes, in seconds."""
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


def bare(place: Place) -> None:
    """Run `true` in a container without anything that hardens it."""
    config = client().create_host_config(network_mode="none", auto_remove=True)
    made = client().create_container(
        place.image, entrypoint=["/bin/true"], labels=labels(place), host_config=config, network_disabled=True
    )
    client().start(made["Id"])
    client().wait(made["Id"])


def hardened(place: Place) -> None:
    """Run `true` in a container as a submission's is made."""
    over = threading.Event()
    container = Container(place, SUBMISSION, f"bench-{time.monotonic_ns()}")
    container.start()
    container.run(TRUE, lambda _stream, _data: None, lambda _code: over.set())
    over.wait()
    container.close()


def check(kata: str, source: Path) -> dict[str, float]:
    """Check the model solution in containers; return its phases and the whole."""
    phases: dict[str, float] = {}

    def tell(event: dict[str, Any]) -> None:
        if "phase" in event:
            phases[event["phase"]] = event["seconds"]

    started = time.perf_counter()
    verdict = Check(Catalog(), tell, canary=False, stack="docker").verdict(Request(kata, source))
    if verdict.result != "pass":
        sys.exit(f"the model solution does not pass: {verdict.cause}")
    return {**phases, "whole": time.perf_counter() - started}


def round_of(place: Place, kata: str, source: Path) -> dict[str, float]:
    """Do each row once."""
    found = {"bare": timed(lambda: bare(place)), "hardened": timed(lambda: hardened(place))}
    shutil.rmtree(cache_folder() / "container-environments", ignore_errors=True)
    cold = check(kata, source)
    warm = check(kata, source)
    return {**found, "stack": warm["stack"], "warm": warm["whole"], "cold": cold["whole"]}


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--kata", default="task2")
    options = parser.parse_args()
    found = engine()
    with tempfile.TemporaryDirectory() as folder, assembled(Catalog().layers(options.kata, solved=True)) as source:
        place = Place("bench", Path(folder), find_image(), found.runtime, "")
        check(options.kata, source)  # everything that is made once
        rounds = [round_of(place, options.kata, source) for _ in range(options.rounds)]
        sweep_run("bench")
    for name in rounds[0]:
        seconds = median(one[name] for one in rounds)
        ratio = median(one[name] / one["bare"] for one in rounds)
        print(f"{name:<10} {seconds:7.2f} s  {ratio:6.1f} times a bare container")
    left = [
        *client().containers(all=True, filters={"label": LABEL}),
        *(client().volumes(filters={"label": LABEL})["Volumes"] or ()),
    ]
    print(f"leftovers  {len(left)}  ({found.isolation})")


if __name__ == "__main__":
    main()
