"""How long a check takes, where the time goes, what it holds, beside the same done by hand.

    python bench/check.py [--rounds 5] [--kata task2]

Every round does each row once, in turn, so that a machine whose speed drifts drifts for all of them. Printed are
medians over the rounds, and the ratio to the row by hand, pair by pair. Rows:

- cold: nothing cached, neither the environment nor the prepared database (the package installer's cache stays)
- warm: as on every check but the first
- by hand: `bench/by_hand.py`, a pytest file that starts the same services as processes and waits for them
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
import threading
import time
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median
from typing import Any

from checker.assemble import assembled
from checker.catalog import Catalog
from checker.check import Check, Request

WORKBENCH = Path(sys.executable).with_name("workbench")
BY_HAND = Path(__file__).with_name("by_hand.py")
SAMPLE_EVERY = 0.2
STACK_PROGRAMS = ("postgres", "valkey-server", "checker.parts.queue")


@dataclass
class Row:
    """One row's seconds, a round each, and what the processes held at most (bytes of proportional set size)."""

    seconds: list[float] = field(default_factory=list)
    whole: int = 0
    stack: int = 0


class Memory(threading.Thread):
    """Samples the proportional set size of a process and all its descendants."""

    def __init__(self, pid: int) -> None:
        super().__init__(daemon=True)
        self._pid = pid
        self._over = threading.Event()
        self.whole = 0
        self.stack = 0

    def run(self) -> None:
        """Sample until stopped."""
        while not self._over.wait(SAMPLE_EVERY):
            sizes = {pid: pss(pid) for pid in descendants(self._pid)}
            stack = sum(size for pid, size in sizes.items() if any(name in command(pid) for name in STACK_PROGRAMS))
            self.whole = max(self.whole, sum(sizes.values()))
            self.stack = max(self.stack, stack)

    def stop(self) -> None:
        """Stop sampling."""
        self._over.set()
        self.join()


def descendants(root: int) -> list[int]:
    """Return a process and everything below it."""
    parents = {int(path.name): parent(path) for path in Path("/proc").glob("[0-9]*")}
    found = [root]
    for pid in found:
        found += [child for child, its_parent in parents.items() if its_parent == pid]
    return found


def parent(folder: Path) -> int:
    """Return a process's parent; 0 where it has just ended."""
    try:
        return int((folder / "stat").read_text().rpartition(")")[2].split()[1])
    except (OSError, IndexError):
        return 0


def pss(pid: int) -> int:
    """Return a process's proportional set size in bytes."""
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    except OSError:
        return 0
    return sum(int(line.split()[1]) * 1024 for line in lines if line.startswith("Pss:"))


def command(pid: int) -> str:
    """Return a process's command line."""
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
    except OSError:
        return ""


def timed(row: Row, argv: list[str], environ: dict[str, str]) -> None:
    """Run a command to its end and add it to a row; it has to succeed."""
    started = time.monotonic()
    with subprocess.Popen(argv, env=environ, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True) as process:
        memory = Memory(process.pid)
        memory.start()
        output, _ = process.communicate()
        memory.stop()
    row.seconds.append(time.monotonic() - started)
    row.whole, row.stack = max(row.whole, memory.whole), max(row.stack, memory.stack)
    if process.returncode != 0:
        sys.exit(f"{argv} exited with {process.returncode}:\n{output}")


def cold(row: Row, kata: str) -> None:
    """Check with empty caches of the workbench's own."""
    with tempfile.TemporaryDirectory() as cache:
        installer_cache = os.environ.get("UV_CACHE_DIR", str(Path.home() / ".cache" / "uv"))
        environ = {**os.environ, "XDG_CACHE_HOME": cache, "UV_CACHE_DIR": installer_cache}
        timed(row, [str(WORKBENCH), "check", kata, "--model"], environ)


def phases(kata: str, into: dict[str, list[float]]) -> None:
    """Check once in this process and add each phase's seconds."""
    catalog = Catalog()
    heard: dict[str, float] = {}

    def tell(event: dict[str, Any]) -> None:
        if "seconds" in event:
            heard[event["phase"]] = event["seconds"]

    with assembled(catalog.layers(kata, solved=True)) as solved:
        started = time.monotonic()
        Check(catalog, tell).verdict(Request(kata, solved))
        heard["outside the run"] = time.monotonic() - started - sum(heard.values())
    for name, seconds in heard.items():
        into.setdefault(name, []).append(seconds)


def main() -> None:
    """Measure and print."""
    options = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    options.add_argument("--rounds", type=int, default=5)
    options.add_argument("--kata", default="task2")
    chosen = options.parse_args()
    rows = {"cold": Row(), "warm": Row(), "by hand": Row(), "--help": Row(), "python -c pass": Row()}
    split: dict[str, list[float]] = {}
    here = dict(os.environ)
    timed(Row(), [str(WORKBENCH), "check", chosen.kata, "--model"], here)  # fills the caches, counts for nothing
    for _ in range(chosen.rounds):
        cold(rows["cold"], chosen.kata)
        timed(rows["warm"], [str(WORKBENCH), "check", chosen.kata, "--model"], here)
        timed(rows["by hand"], [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", str(BY_HAND)], here)
        timed(rows["--help"], [str(WORKBENCH), "--help"], here)
        timed(rows["python -c pass"], [sys.executable, "-c", "pass"], here)
        phases(chosen.kata, split)
    show(rows, split)


def show(rows: dict[str, Row], split: dict[str, list[float]]) -> None:
    """Print the tables."""
    print(f"{'row':<16}{'min s':>8}{'median s':>10}{'max s':>8}{'to by hand':>12}{'held MB':>9}{'of it stack':>13}")
    for name, row in rows.items():
        ratio = median(a / b for a, b in zip(row.seconds, rows["by hand"].seconds, strict=True))
        figures = f"{min(row.seconds):>8.2f}{median(row.seconds):>10.2f}{max(row.seconds):>8.2f}{ratio:>12.2f}"
        print(f"{name:<16}{figures}{row.whole / 2**20:>9.0f}{row.stack / 2**20:>13.0f}")
    print("\nphases of a warm check, median s")
    for name, seconds in split.items():
        print(f"  {name:<16}{median(seconds):>7.3f}")


if __name__ == "__main__":
    main()
