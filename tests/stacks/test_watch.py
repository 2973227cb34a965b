"""The watcher: what a tree of processes takes, and the end of one that takes too much."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
import textwrap
import time
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from checker.processes import Process
from checker.stacks.watch import (
    EVERY_SECONDS,
    Allowance,
    Stat,
    Watcher,
    children_of,
    descendants,
    end_all,
    excess_of,
    memory_of,
    proportional_bytes,
    read_stat,
)

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

MIB = 1024 * 1024
FEW = Allowance(memory_bytes=1024 * MIB, tasks=20)
LITTLE = Allowance(memory_bytes=64 * MIB, tasks=256)
SECONDS = 10.0


def tree_of(pid: int) -> list[int]:
    """Return a process and all that descends from it, as they are now."""
    pids = [int(path.name) for path in Path("/proc").glob("[0-9]*")]
    return descendants(pid, children_of({one: stat for one in pids if (stat := read_stat(one)) is not None}))


@asynccontextmanager
async def running(source: str) -> AsyncIterator[Process]:
    """Run a program that prints `ready` when it has what it wants."""
    argv = [sys.executable, "-I", "-S", "-u", "-c", textwrap.dedent(source)]
    process = await Process.start("greedy", argv, environ={}, cwd=Path("/"))
    try:
        assert await process.wait_for_line("ready", SECONDS)
        yield process
    finally:
        end_all(tree_of(process.pid))
        await process.kill()


async def ended_by_watcher(process: Process, allowance: Allowance) -> bool:
    """Look at a process a few times; return whether that ends it."""
    watcher = Watcher()
    watcher.add(process, allowance)
    for _ in range(3):
        watcher.look()
        if process.excess:
            await asyncio.wait_for(process.wait(), SECONDS)
            return True
        await asyncio.sleep(0.05)  # it lives on between two looks
    return False


THREADS = """
    import threading, time
    for _ in range({count}): threading.Thread(target=time.sleep, args=(60,), daemon=True).start()
    print("ready"); time.sleep(60)
"""
CHILDREN = """
    import os, time
    for _ in range({count}):
        if os.fork() == 0:
            os.setsid(); time.sleep(60); os._exit(0)
    print("ready"); time.sleep(60)
"""
MEMORY = """
    import time
    kept = bytearray({mebibytes} * 2**20)
    for at in range(0, len(kept), 4096): kept[at] = 1
    print("ready"); time.sleep(60)
"""
SHARED = """
    import os, time
    kept = bytearray(40 * 2**20)
    for at in range(0, len(kept), 4096): kept[at] = 1
    for _ in range(4):
        if os.fork() == 0: time.sleep(60); os._exit(0)
    print("ready"); time.sleep(60)
"""


@pytest.mark.parametrize(
    ("source", "allowance", "excess"),
    [
        (THREADS.format(count=30), FEW, "it had more than 20 processes and threads"),
        (CHILDREN.format(count=30), FEW, "it had more than 20 processes and threads"),
        (MEMORY.format(mebibytes=80), Allowance(64 * MIB, 256), "it used more than 64 MiB of memory"),
    ],
)
def test_what_takes_too_much_is_ended(source: str, allowance: Allowance, excess: str) -> None:
    """Threads, children in sessions of their own and memory count; the reason is kept with the process."""

    async def scene() -> str:
        async with running(source) as process:
            assert await ended_by_watcher(process, allowance)
            return process.excess

    assert asyncio.run(scene()) == excess


def test_the_watcher_looks_by_itself() -> None:
    """While it runs nobody has to ask it to look."""

    async def scene() -> str:
        async with running(THREADS.format(count=30)) as process:
            watcher = Watcher()
            watcher.add(process, FEW)
            looking = asyncio.create_task(watcher.run())
            await asyncio.wait_for(process.wait(), SECONDS)
            looking.cancel()
            return process.excess

    assert asyncio.run(scene()) == "it had more than 20 processes and threads"


def test_children_in_sessions_of_their_own_are_ended_too() -> None:
    """The whole tree goes, also what left the process group."""

    async def scene() -> list[int]:
        async with running(CHILDREN.format(count=30)) as process:
            tree = tree_of(process.pid)
            assert len(tree) == 31
            assert await ended_by_watcher(process, FEW)
            return tree

    tree = asyncio.run(scene())
    deadline = time.monotonic() + SECONDS
    while any(is_running(pid) for pid in tree) and time.monotonic() < deadline:
        time.sleep(0.01)
    assert [pid for pid in tree if is_running(pid)] == []


def is_running(pid: int) -> bool:
    """Whether a process is there and no zombie."""
    try:
        return Path(f"/proc/{pid}/stat").read_bytes().rpartition(b")")[2].split()[0] not in {b"Z", b"X"}
    except OSError:
        return False


@pytest.mark.parametrize("source", [THREADS.format(count=10), MEMORY.format(mebibytes=20), SHARED])
def test_what_keeps_within_its_allowance_lives(source: str) -> None:
    """A few threads, some memory, and pages that five processes share are nobody's excess."""

    async def scene() -> bool:
        async with running(source) as process:
            return await ended_by_watcher(process, LITTLE)

    assert asyncio.run(scene()) is False


def test_a_look_is_cheap() -> None:
    """A look takes less than 1 % of the time between two looks, however many processes others have."""

    async def scene() -> float:
        async with running(THREADS.format(count=10)) as process:
            watcher = Watcher()
            watcher.add(process, LITTLE)
            watcher.look()
            begun = time.process_time()
            for _ in range(50):
                watcher.look()
            return (time.process_time() - begun) / 50

    assert asyncio.run(scene()) < EVERY_SECONDS / 100


def test_this_process_can_be_read() -> None:
    """The numbers of `/proc` are what Python knows by other means."""
    stat = read_stat(os.getpid())
    assert stat is not None
    assert stat.parent == os.getppid()
    assert stat.threads >= 1
    assert 4 * MIB < proportional_bytes(os.getpid()) <= stat.resident * 1.1


def test_a_process_that_is_gone_counts_as_nothing() -> None:
    """Between two reads any process may go."""
    assert read_stat(2**22 + 1) is None
    assert proportional_bytes(2**22 + 1) == 0


def test_a_tree_is_a_process_and_all_below_it() -> None:
    """Descendants are found by their parents' ids, wherever these stand."""
    stats = {pid: Stat(parent, 1, 0) for pid, parent in {5: 1, 6: 5, 2: 6, 9: 1, 8: 2}.items()}
    assert sorted(descendants(5, children_of(stats))) == [2, 5, 6, 8]


def test_the_allowance_itself_is_no_excess() -> None:
    """As many tasks as are allowed, beside the shell's own, are allowed."""
    stats = {1: Stat(0, 12, 0), 2: Stat(1, 10, 0)}
    assert excess_of([1, 2], stats, FEW) == ""
    assert excess_of([1, 2], {**stats, 2: Stat(1, 11, 0)}, FEW) != ""


ALLOCATE = "import sys; kept = b'x' * 2**25; print('ready', flush=True); sys.stdin.read()"
WITH_CHILD = f"import subprocess, sys; subprocess.run([sys.executable, '-c', {ALLOCATE!r}], check=True)"


@pytest.mark.parametrize("script", [ALLOCATE, WITH_CHILD], ids=["alone", "in a child"])
def test_memory_is_what_a_process_and_its_children_keep(script: str) -> None:
    """What it allocated counts, in a child of its own too; the interpreter's code, which others share, does not."""
    with subprocess.Popen([sys.executable, "-c", script], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        assert process.stdin is not None
        process.stdout.readline()
        assert 32 * MIB < memory_of(process.pid) < 56 * MIB
        process.stdin.close()
