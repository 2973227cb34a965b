"""PID 1 of every container of a run: starts one program when it is told which, and ends with it.

Its standard input is the container's lifeline. The first line of it is the order, JSON: `argv`, `environ`, `cwd`,
`files` (texts by path, written before the start) and `feed`, which says whether the rest of the input is the
program's. When the input ends, whoever wanted the program is gone: everything is killed. As PID 1 it cannot be
killed or stopped from inside the container.

Exit statuses: the program's own; 128 and the number of the signal that ended it; `OUT_OF_MEMORY` and
`OUT_OF_TASKS` where the container's control group refused memory or a process; `NOT_FOUND` where there is no such
program. This file stands alone: it runs with the base image's interpreter.
"""

from __future__ import annotations

import contextlib
import json
import os
import select
import signal

OUT_OF_MEMORY = 241
OUT_OF_TASKS = 242
NOT_FOUND = 127
OF_OURS = (OUT_OF_MEMORY, OUT_OF_TASKS)
LOOK_MILLISECONDS = 200
CHUNK = 65536
MOST_UNREAD = 4 * 1024 * 1024  # bytes that wait for a program before no more are taken
# (file, key): the kernel's counters of refusals, control groups version 2 and 1
MEMORY = (("/sys/fs/cgroup/memory.events", "oom_kill"), ("/sys/fs/cgroup/memory/memory.oom_control", "oom_kill"))
TASKS = (("/sys/fs/cgroup/pids.events", "max"), ("/sys/fs/cgroup/pids/pids.events", "max"))


def main() -> int:
    """Read the order, run the program, return the container's exit status."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the one that Python would make of use to a container's inhabitants
    line = read_line(0)
    if not line:
        return 0
    order = json.loads(line)
    for path, text in order["files"].items():
        with open(path, "w", encoding="utf-8") as file:  # noqa: PTH123 - pathlib would take half of the start
            file.write(text)
    ends, end = os.pipe()
    os.set_blocking(end, False)
    signal.set_wakeup_fd(end, warn_on_full_buffer=False)
    signal.signal(signal.SIGCHLD, lambda *_: None)
    read_end, write_end = os.pipe() if order["feed"] else (os.open(os.devnull, os.O_RDONLY), -1)
    child = os.fork()
    if child == 0:
        run(order["argv"], order["environ"], order["cwd"], read_end)
    os.close(read_end)
    if write_end >= 0:
        os.set_blocking(write_end, False)  # a program that does not read must not keep PID 1 from its lifeline
    return watch(child, ends, write_end)


def read_line(descriptor: int) -> bytes:
    """Read up to the first line's end and not a byte further: what follows may be the program's."""
    line = bytearray()
    while not line.endswith(b"\n"):
        byte = os.read(descriptor, 1)
        if not byte:
            return b""
        line += byte
    return bytes(line)


def run(argv: list[str], environ: dict[str, str], cwd: str, stdin: int) -> None:
    """Become the program, in a session of its own, and the kernel's first choice where memory runs out."""
    try:
        signal.set_wakeup_fd(-1)
        for number in (signal.SIGCHLD, signal.SIGINT):
            signal.signal(number, signal.SIG_DFL)
        os.setsid()
        os.dup2(stdin, 0)
        os.closerange(3, 256)
        with contextlib.suppress(OSError), open("/proc/self/oom_score_adj", "w") as file:  # noqa: PTH123
            file.write("1000")
        os.chdir(cwd)
        os.execve(argv[0], argv, environ)  # noqa: S606 - a shell would be one more thing to trust
    except OSError as error:
        os.write(2, f"{argv[0]} cannot be started: {error.strerror}\n".encode())
    finally:
        os._exit(NOT_FOUND)


def watch(child: int, ends: int, feed: int) -> int:
    """Wait for the program's end, the input's end or a refusal of the kernel's; return the status to exit with."""
    poll = select.poll()
    poll.register(ends, select.POLLIN)
    unread = bytearray()  # what the program has not taken yet
    while True:
        # Whoever sends more than the program reads is kept waiting; that the sender is gone is told all the same.
        poll.register(0, select.POLLIN if len(unread) < MOST_UNREAD else 0)
        for descriptor, event in poll.poll(0 if unread else LOOK_MILLISECONDS):
            data = os.read(descriptor, CHUNK) if event & select.POLLIN else b""
            if descriptor == 0 and not data:
                return 128 + signal.SIGKILL
            if descriptor == 0 and feed >= 0:
                unread += data
        pass_on(unread, feed)
        status = refusal() or reap(child)
        if status is not None:
            return status


def pass_on(unread: bytearray, feed: int) -> None:
    """Write to the program what it takes within a moment; one that is gone takes everything."""
    try:
        while unread:
            _, ready, _ = select.select([], [feed], [], LOOK_MILLISECONDS / 1000)
            if not ready:
                return
            del unread[: os.write(feed, unread)]
    except OSError:
        unread.clear()


def refusal() -> int | None:
    """Return the status that tells what the control group refused; None where it refused nothing."""
    if any(counted(*place) for place in MEMORY):
        return OUT_OF_MEMORY
    return OUT_OF_TASKS if any(counted(*place) for place in TASKS) else None


def counted(path: str, key: str) -> bool:
    """Whether the kernel counts any of `key`; where there is no such file nothing is known."""
    try:
        with open(path, "rb") as file:  # noqa: PTH123
            return any(
                line.split() == [key.encode(), number] and number != b"0"
                for line in file
                for number in line.split()[1:]
            )
    except OSError:
        return False


def reap(child: int) -> int | None:
    """Take the statuses of all that has ended; return the program's, as a shell says it, once it has."""
    found = None
    with contextlib.suppress(ChildProcessError):
        while True:
            pid, status = os.waitpid(-1, os.WNOHANG)
            if pid == 0:
                break
            if pid == child:
                code = os.waitstatus_to_exitcode(status)
                found = 128 - code if code < 0 else code
    return 1 if found in OF_OURS else found


if __name__ == "__main__":
    os._exit(main())
