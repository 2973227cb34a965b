"""How long the commands take that people wait for.

    python bench/figures.py [--rounds 5] [--only task1 …] [--starters]

Every round runs each command once, in turn: a warm check of each task's and scenario's model solution, with
`--starters` that of its starter as well, and `check --all` on the branch with every task done. Printed are medians and
spans. `bench/check.py` tells the phases of one check, `bench/watch.py` what a save costs.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from statistics import median

from checker.assemble import assemble
from checker.catalog import Catalog

WORKBENCH = Path(sys.executable).with_name("workbench")


def commands(catalog: Catalog, folder: Path, *, starters: bool) -> dict[str, list[str]]:
    """Return the words after `workbench` for each row."""
    katas = [kata.id for kata in catalog.all()]
    rows = {kata: ["check", kata, "--model"] for kata in katas}
    if starters:
        for kata in katas:
            starter = assemble(catalog.layers(kata, solved=False), folder / kata)
            rows[f"{kata}, starter"] = ["check", kata, "--path", str(starter)]
    everything = assemble(catalog.all_tasks_layers("task1"), folder / "all")
    return {**rows, "all": ["check", "--all", "--path", str(everything)]}


def timed(words: list[str]) -> float:
    """Run a command to its end; it has to reach a verdict."""
    started = time.monotonic()
    done = subprocess.run([str(WORKBENCH), *words], capture_output=True, text=True, check=False)
    if done.returncode not in (0, 1):
        sys.exit(f"{words} exited with {done.returncode}:\n{done.stdout}{done.stderr}")
    return time.monotonic() - started


def main() -> None:
    """Measure and print."""
    options = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    options.add_argument("--rounds", type=int, default=5)
    options.add_argument("--only", nargs="*", default=[])
    options.add_argument("--starters", action="store_true")
    chosen = options.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        rows = commands(Catalog(), Path(folder), starters=chosen.starters)
        rows = {name: words for name, words in rows.items() if not chosen.only or name in chosen.only}
        seconds: dict[str, list[float]] = {name: [] for name in rows}
        for words in rows.values():
            timed(words)  # fills the caches, counts for nothing
        for _ in range(chosen.rounds):
            for name, words in rows.items():
                seconds[name].append(timed(words))
    print(f"{'row':<20}{'min s':>8}{'median s':>10}{'max s':>8}")
    for name, found in seconds.items():
        print(f"{name:<20}{min(found):>8.2f}{median(found):>10.2f}{max(found):>8.2f}")


if __name__ == "__main__":
    main()
