"""How long it takes from a save to the verdict under `check --watch`.

    python bench/watch.py [--rounds 5] [--kata task3] [--pause 4]

A module of the model solution is changed and saved once a round, `--pause` seconds after the last verdict, as nobody
types faster. Printed are the median, the span, and beside them the seconds of the same check without a watch, each
measured right after a round.
"""

from __future__ import annotations

import argparse
import tempfile
import threading
import time
from pathlib import Path
from queue import SimpleQueue
from statistics import median
from typing import TYPE_CHECKING

from checker.assemble import assemble
from checker.catalog import Catalog
from checker.check import Check, Request
from checker.watch import Event, Watch

if TYPE_CHECKING:
    from checker.verdict import Verdict


class Bench:
    """The screen and the keys of a watch: nobody looks, nobody types."""

    def __init__(self) -> None:
        self.verdicts: SimpleQueue[tuple[float, Verdict]] = SimpleQueue()
        self.keys: SimpleQueue[Event] = SimpleQueue()

    def working(self, what: str) -> None:
        """See that something is done."""

    def say(self, text: str) -> None:
        """Print what is not expected here."""
        print(text)

    def show(self, verdict: Verdict) -> None:
        """Take a verdict and the time."""
        self.verdicts.put((time.monotonic(), verdict))

    def listen(self, into: SimpleQueue[Event]) -> None:
        """Keep the queue that keys go into."""
        self.keys = into

    def next(self) -> float:
        """Wait for a verdict, which has to be a pass; return when it came."""
        at, verdict = self.verdicts.get(timeout=120)
        if verdict.result != "pass":
            raise SystemExit(f"the model solution does not pass: {verdict.cause}")
        return at


def main() -> None:
    """Measure and print."""
    options = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    options.add_argument("--rounds", type=int, default=5)
    options.add_argument("--kata", default="task3")
    options.add_argument("--pause", type=float, default=4.0)
    chosen = options.parse_args()
    catalog = Catalog()
    with tempfile.TemporaryDirectory() as folder:
        solved = assemble(catalog.layers(chosen.kata, solved=True), Path(folder) / "solved")
        saved, plain = measure(Check(catalog), Request(chosen.kata, solved), chosen)
    print(f"{chosen.kata}: from a save to the verdict, median of {len(saved)}: {median(saved):.2f} s")
    print(f"  all: {' '.join(f'{one:.2f}' for one in saved)}")
    print(f"  the same check without a watch, median: {median(plain):.2f} s; ratio {median(saved) / median(plain):.2f}")


def measure(check: Check, request: Request, chosen: argparse.Namespace) -> tuple[list[float], list[float]]:
    """Return the seconds of each round under a watch, and without one."""
    bench = Bench()
    watch = Watch(check, request, bench, bench)
    thread = threading.Thread(target=watch.run, args=(lambda _: "", lambda verdict: verdict))
    thread.start()
    saved, plain = list[float](), list[float]()
    try:
        bench.next()
        for number in range(chosen.rounds):
            time.sleep(chosen.pause)
            with (Path(str(request.source)) / "app" / "main.py").open("a") as file:
                file.write(f"# {number}\n")
            began = time.monotonic()
            saved.append(bench.next() - began)
            time.sleep(chosen.pause)
            plain.append(check.verdict(request).seconds)
    finally:
        bench.keys.put(Event("key", "q"))
        thread.join()
    return saved, plain


if __name__ == "__main__":
    main()
