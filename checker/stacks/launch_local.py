"""The outside of a run on this machine: start its inner process, hear its events, end it.

The inner process's standard input is its lifeline, and its shell's death signal the kernel's: however this process
goes, nothing of the run stays.
"""

from __future__ import annotations

import contextlib
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from checker.errors import InfrastructureError
from checker.isolation import Isolation, outer_command
from checker.processes import child_setup, kill_group
from checker.runner.job import Outcome

if TYPE_CHECKING:
    from collections.abc import Callable

    from checker.runner.job import Job

END_SECONDS: Final = 5.0
COMMAND: Final = (sys.executable, "-I", "-X", "utf8", "-m", "checker.runner")


def run_locally(job: Job, tell: Callable[[dict[str, Any]], None]) -> Outcome:
    """Run a job to its outcome; `InfrastructureError` where the inner process ends without one."""
    volatile = job.folder / "volatile"
    volatile.mkdir()
    shell = outer_command(volatile) if job.isolation == Isolation.NAMESPACES else []
    if not shell and os.geteuid() == 0:
        open_the_way(job)
    with (job.folder / "runner.log").open("wb") as log:
        process = subprocess.Popen(
            [*shell, *COMMAND],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=log,
            cwd="/",
            env={"PATH": "/usr/local/bin:/usr/bin:/bin", "LANG": "C.UTF-8", "HOME": str(Path.home()), **caches()},
            start_new_session=True,
            preexec_fn=child_setup(),  # noqa: PLW1509 - this process has one thread
        )
        try:
            return hear(process, job, tell)
        finally:
            end(process)


def caches() -> dict[str, str]:
    """Return the variables that say where this user's caches are."""
    return {name: os.environ[name] for name in ("XDG_CACHE_HOME", "XDG_STATE_HOME", "TMPDIR") if name in os.environ}


def open_the_way(job: Job) -> None:
    """Let the unprivileged user that PostgreSQL runs as pass through the run's folders, and read none of them."""
    for folder in (job.folder.parent, job.folder, job.folder / "volatile"):
        folder.chmod(0o711)


def hear(process: subprocess.Popen[bytes], job: Job, tell: Callable[[dict[str, Any]], None]) -> Outcome:
    """Give the job, pass its events on, return the outcome."""
    if process.stdin is None or process.stdout is None:
        raise RuntimeError("the inner process was started without pipes")
    with contextlib.suppress(BrokenPipeError):
        process.stdin.write(job.to_json().encode() + b"\n")
        process.stdin.flush()
    for line in process.stdout:
        event = json.loads(line)
        if "outcome" in event:
            return Outcome.from_data(event["outcome"])
        tell(event)
    code = process.wait()
    last = (job.folder / "runner.log").read_text(errors="replace").strip().splitlines()[-3:]
    raise InfrastructureError(f"the run ended without an outcome (status {code}): {' / '.join(last)}")


def end(process: subprocess.Popen[bytes]) -> None:
    """Let go of the lifeline, wait for the teardown, and kill what is left."""
    if process.stdin is not None:
        with contextlib.suppress(BrokenPipeError):
            process.stdin.close()
    try:
        process.wait(END_SECONDS)
    except subprocess.TimeoutExpired:
        kill_group(process.pid)
        process.wait()
    finally:
        kill_group(process.pid)
        if process.stdout is not None:
            process.stdout.close()
