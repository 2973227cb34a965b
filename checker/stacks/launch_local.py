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
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Protocol, Self

from checker.errors import InfrastructureError
from checker.isolation import Isolation, outer_command
from checker.processes import child_setup, kill_group
from checker.runner.job import Outcome
from checker.stacks.live import live
from checker.workspace import refuse_full

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from checker.runner.job import Job, Preparation

END_SECONDS: Final = 5.0
COMMAND: Final = (sys.executable, "-I", "-X", "utf8", "-m", "checker.runner", "local")


class Order(Protocol):
    """What the inner process is told: the preparation, the job that is expected, the job."""

    def to_json(self) -> str:
        """Return one line of JSON."""


@dataclass(frozen=True)
class Expectation:
    """The job that will probably come."""

    job: Job

    def to_json(self) -> str:
        """Return one line of JSON."""
        return json.dumps({"expect": asdict(self.job)})


class LocalRun:
    """A run of its own: prepared when it is made, given a submission by `check`, ended by `end`.

    Its stack and its suite come up while the submission is still being read.
    """

    def __init__(
        self, preparation: Preparation, command: Sequence[str] = COMMAND, pass_fds: Sequence[int] = ()
    ) -> None:
        self._preparation = preparation
        folder = preparation.folder
        volatile = folder / "volatile"
        with refuse_full(folder):
            volatile.mkdir()
            self._log = (folder / "runner.log").open("wb")
        shell = outer_command(volatile) if preparation.isolation == Isolation.NAMESPACES else []
        if not shell and os.geteuid() == 0:
            open_the_way(folder)
        self._process = subprocess.Popen(
            [*shell, *command],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._log,
            cwd="/",
            env={"PATH": "/usr/local/bin:/usr/bin:/bin", "LANG": "C.UTF-8", "HOME": str(Path.home()), **caches()},
            start_new_session=True,
            pass_fds=pass_fds,
            preexec_fn=child_setup(),  # noqa: PLW1509 - what it calls takes no lock
        )
        live.add(self)
        self._give(preparation)

    def __enter__(self) -> Self:
        """Return the run, which ends with the context."""
        return self

    def __exit__(self, *_: object) -> None:
        """End the run."""
        self.end()

    def expect(self, job: Job) -> None:
        """Say which job will probably come, though its files are not there yet: what it needs is made ready."""
        (self._preparation.folder / "submission").mkdir()
        self._give(Expectation(job))

    def check(self, job: Job, tell: Callable[[dict[str, Any]], None]) -> Outcome:
        """Check a submission; `InfrastructureError` where the inner process ends without an outcome."""
        self._give(job)
        for line in self._process.stdout or ():
            event = json.loads(line)
            if "outcome" in event:
                return Outcome.from_data(event["outcome"])
            tell(event)
        raise InfrastructureError(f"the run ended without an outcome {self._last_words()}")

    def _last_words(self) -> str:
        """Wait for the inner process and say how it ended."""
        code = self._process.wait()
        last = (self._preparation.folder / "runner.log").read_text(errors="replace").strip().splitlines()[-3:]
        return f"(status {code}): {' / '.join(last)}"

    def _give(self, order: Order) -> None:
        """Write one line; where nobody reads it any more, that shows in the answer."""
        if self._process.stdin is not None:
            with contextlib.suppress(BrokenPipeError):
                self._process.stdin.write(order.to_json().encode() + b"\n")
                self._process.stdin.flush()

    def abort(self) -> None:
        """End the run at once; whoever waits for its outcome gets an `InfrastructureError`."""
        kill_group(self._process.pid)

    def end(self) -> None:
        """Let go of the lifeline, wait for the teardown, kill what is left; may be called twice."""
        process = self._process
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
            self._log.close()
            live.discard(self)


def caches() -> dict[str, str]:
    """Return the variables that say where this user's caches are."""
    return {name: os.environ[name] for name in ("XDG_CACHE_HOME", "XDG_STATE_HOME", "TMPDIR") if name in os.environ}


def open_the_way(folder: Path) -> None:
    """Let the unprivileged user that PostgreSQL runs as pass through the run's folders, and read none of them."""
    for one in (folder.parent, folder, folder / "volatile"):
        one.chmod(0o711)
