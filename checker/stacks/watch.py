"""What the processes of a run take of the machine, looked at four times a second.

The local stack has no control group of its own, so what its processes share among them, their memory and their
number, is kept within bounds by looking and by ending what takes more. Between two looks a tree may take more than it
is allowed; `checker.processes.Limits` bounds by how much.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from checker.processes import Process

EVERY_SECONDS: Final = 0.25
PAGE_BYTES: Final = os.sysconf("SC_PAGE_SIZE")
ROUNDS: Final = 3
SHELL_TASKS: Final = 2  # bubblewrap's own around a submission's process


@dataclass(frozen=True)
class Allowance:
    """What one process and everything that descends from it may take."""

    memory_bytes: int
    tasks: int


OF_SUBMISSION: Final = Allowance(1024 * 1024 * 1024, 256)  # the contract, section 1
OF_PART: Final = Allowance(2 * 1024 * 1024 * 1024, 4096)  # what a submission may make one of our own servers take


@dataclass(frozen=True)
class Stat:
    """One process: its parent's id, how many threads it has, how much memory it keeps, in bytes."""

    parent: int
    threads: int
    resident: int


class Watcher:
    """Looks at the processes that were added, and ends one with all its descendants where they take too much."""

    def __init__(self) -> None:
        self._watched: dict[Process, Allowance] = {}
        self._foreign: set[int] = set()

    def add(self, process: Process, allowance: Allowance) -> None:
        """Look at `process` from now on, for as long as it lives; it may have been added before."""
        self._watched[process] = allowance

    async def run(self) -> None:
        """Look for ever."""
        while True:
            await asyncio.sleep(EVERY_SECONDS)
            self.look()

    def look(self) -> None:
        """Look once."""
        self._watched = {one: allowance for one, allowance in self._watched.items() if one.returncode is None}
        stats = self._read()
        families = children_of(stats)
        for process, allowance in self._watched.items():
            tree = descendants(process.pid, families)
            if excess := excess_of(tree, stats, allowance):
                process.end(excess)
                end_all(tree)

    def _read(self) -> dict[int, Stat]:
        """Read every process that is not known to be somebody else's, who may have hundreds."""
        present = {int(name) for name in os.listdir("/proc") if name.isdecimal()}  # noqa: PTH208 - a fifth of the time
        self._foreign &= present
        stats = {pid: stat for pid in present - self._foreign if (stat := read_stat(pid)) is not None}
        own = descendants(os.getpid(), children_of(stats))
        self._foreign |= present - set(own)
        return stats


def end_descendants() -> None:
    """Kill everything below this process; what forks faster than that is looked for again, a few times."""
    for _ in range(ROUNDS):
        pids = [int(name) for name in os.listdir("/proc") if name.isdecimal()]  # noqa: PTH208 - as above
        stats = {pid: stat for pid in pids if (stat := read_stat(pid)) is not None}
        end_all(descendants(os.getpid(), children_of(stats))[1:])


def read_stat(pid: int) -> Stat | None:
    """Read `/proc/PID/stat` (proc_pid_stat(5)); None where the process is gone."""
    try:
        with open(f"/proc/{pid}/stat", "rb", buffering=0) as file:  # noqa: PTH123 - half the time
            fields = file.read(1024).rpartition(b")")[2].split()
    except OSError:
        return None
    return Stat(int(fields[1]), max(1, int(fields[17])), int(fields[21]) * PAGE_BYTES)


def children_of(stats: Mapping[int, Stat]) -> dict[int, list[int]]:
    """Return the ids of each process's children."""
    children = defaultdict(list)
    for pid, stat in stats.items():
        children[stat.parent].append(pid)
    return children


def descendants(root: int, children: Mapping[int, Sequence[int]]) -> list[int]:
    """Return `root` and all that descends from it."""
    tree = [root]
    for pid in tree:
        tree += children.get(pid, ())
    return tree


def excess_of(tree: Sequence[int], stats: Mapping[int, Stat], allowance: Allowance) -> str:
    """Say what a tree takes too much of; empty where it keeps within its allowance."""
    known = [stats[pid] for pid in tree if pid in stats]
    if sum(stat.threads for stat in known) > allowance.tasks + SHELL_TASKS:
        return f"it had more than {allowance.tasks} processes and threads"
    # Resident memory counts shared pages once a process, so it is no less than what is asked for below, and cheap.
    if sum(stat.resident for stat in known) > allowance.memory_bytes < sum(map(proportional_bytes, tree)):
        return f"it used more than {shown(allowance.memory_bytes)} of memory"
    return ""


def shown(count: int) -> str:
    """Return a number of bytes as a person says it."""
    return f"{count // 2**30} GiB" if count >= 2**30 else f"{count // 2**20} MiB"


def proportional_bytes(pid: int, kind: bytes = b"Pss:") -> int:
    """Return a process's share of the memory that it keeps, in bytes; 0 where it is gone or is not to be read."""
    with contextlib.suppress(OSError):
        for line in Path(f"/proc/{pid}/smaps_rollup").read_bytes().splitlines():
            if line.startswith(kind):
                return int(line.split()[1]) * 1024
    return 0


def memory_of(pid: int) -> int:
    """Return the proportional set size of a process with all its descendants, pages of files left out, in bytes.

    A process's share of a library's pages changes when any other process that has them begins or ends.
    """
    stats = {one: stat for name in os.listdir("/proc") if name.isdecimal() and (stat := read_stat(one := int(name)))}  # noqa: PTH208 - as above
    return sum(proportional_bytes(one, b"Pss_Anon:") for one in descendants(pid, children_of(stats)))


def end_all(pids: Sequence[int]) -> None:
    """Kill processes by their ids."""
    for pid in pids:
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.kill(pid, signal.SIGKILL)
