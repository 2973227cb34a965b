"""The processes of a run as this side sees them: behind a namespace of its own a run counts its ids from 1."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Final

from checker.stacks.watch import children_of, descendants, read_stat

if TYPE_CHECKING:
    from collections.abc import Mapping

SHELL: Final = "bwrap"


def outside(root: int, inside: Mapping[str, int], *, namespaces: bool) -> dict[str, int]:
    """Return the ids, as they are here, of processes below `root` that are `inside` as their own run sees them.

    A process that a shell was put around is the first one within it. Whatever is not found is left out.
    """
    pids = [int(name) for name in os.listdir("/proc") if name.isdecimal()]  # noqa: PTH208 - a fifth of the time
    families = children_of({pid: stat for pid in pids if (stat := read_stat(pid)) is not None})
    own = {ids_of(pid)[1 if namespaces else 0 :][:1]: pid for pid in descendants(root, families)}
    found = {}
    for name, number in inside.items():
        if (pid := own.get((number,))) is not None:
            found[name] = next((one for one in descendants(pid, families) if name_of(one) != SHELL), pid)
    return found


def ids_of(pid: int) -> tuple[int, ...]:
    """Return a process's ids, from here to its innermost namespace (proc_pid_status(5), `NSpid`)."""
    for line in read(pid, "status").splitlines():
        if line.startswith("NSpid:"):
            return tuple(map(int, line.split()[1:]))
    return (pid,)


def name_of(pid: int) -> str:
    """Return a process's name."""
    return read(pid, "comm").strip()


def read(pid: int, file: str) -> str:
    """Return the text of a file of a process; none where it is gone."""
    try:
        return Path(f"/proc/{pid}/{file}").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return ""
