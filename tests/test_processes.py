"""Running programs: limits, environment, logs, and an end in every case."""

from __future__ import annotations

import asyncio
import json
import os
import resource
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from checker import processes
from checker.processes import Identity, Limits, Process

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

ROOT = Path("/")
BARE = {"PATH": "/usr/bin:/bin"}
STUBBORN = (
    "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('ready', flush=True); time.sleep(60)"
)
FAMILY = (
    "import subprocess, sys, time\n"
    "child = subprocess.Popen(['sleep', '61'])\n"
    "print(child.pid, flush=True)\n"
    "time.sleep(60)\n"
)


def python(code: str) -> list[str]:
    """Return the command line that runs a piece of Python."""
    return [sys.executable, "-c", code]


def lives(pid: int) -> bool:
    """Whether a process is there and has not ended."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


def ends(pid: int, seconds: float = 5.0) -> bool:
    """Wait until a process has ended."""
    deadline = time.monotonic() + seconds
    while lives(pid) and time.monotonic() < deadline:
        time.sleep(0.005)
    return not lives(pid)


def with_process(use: Callable[[Process], Awaitable[None]], argv: list[str], **options: Any) -> Process:
    """Start a process, use it, kill it; return it."""

    async def main() -> Process:
        process = await Process.start("it", argv, **{"environ": BARE, "cwd": ROOT, **options})
        try:
            await use(process)
        finally:
            await process.kill()
        return process

    return asyncio.run(main())


class TestRun:
    """`run`, for a program that ends by itself."""

    def test_status_and_output_come_back(self) -> None:
        """Both streams are one text in the order of writing, and the status is told."""
        code = "import sys, os; os.write(1, b'one\\n'); os.write(2, b'tw\\xff\\n'); sys.exit(3)"
        done = processes.run(python(code), environ=BARE, cwd=ROOT, seconds=10)
        assert (done.returncode, done.stdout) == (3, "one\ntw\ufffd\n")

    def test_nothing_is_inherited(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """The child has the environment and folder it is given, no input, and no file of ours."""
        monkeypatch.setenv("SECRET", "x")
        with Path("/dev/null").open("rb") as kept:
            number = os.dup2(kept.fileno(), 100)
            there = f"os.path.exists('/proc/self/fd/{number}')"
            code = f"import os, sys; print(sorted(os.environ), os.getcwd(), sys.stdin.read() == '', {there})"
            done = processes.run(python(code), environ={"A": "b", "LC_CTYPE": "C.UTF-8"}, cwd=Path("/usr"), seconds=10)
            os.close(number)
        assert done.stdout == "['A', 'LC_CTYPE'] /usr True False\n"

    def test_the_time_limit_kills_the_whole_group(self, tmp_path: Path) -> None:
        """When the time is over the program and its children are gone, and that is said."""
        started = time.monotonic()
        tell = f"open({str(tmp_path / 'pid')!r}, 'w').write(str(child.pid))"
        code = FAMILY.replace("print(child.pid, flush=True)", tell)
        with pytest.raises(TimeoutError, match=r"took longer than 1 s"):
            processes.run(python(code), environ=BARE, cwd=ROOT, seconds=1)
        assert time.monotonic() - started < 5
        assert ends(int((tmp_path / "pid").read_text()))

    def test_a_program_that_is_not_there_is_an_error(self) -> None:
        """What cannot be started raises, and nothing hangs."""
        with pytest.raises(FileNotFoundError):
            processes.run(["/no/such/program"], environ=BARE, cwd=ROOT, seconds=1)

    @pytest.mark.skipif(os.geteuid() != 0, reason="only root can become somebody else")
    def test_root_becomes_somebody_else(self) -> None:
        """With an identity the program has its user, its group and no other group."""
        command = ["/bin/sh", "-c", "id -u; id -g; id -G; grep CapEff /proc/self/status"]
        done = processes.run(command, environ=BARE, cwd=ROOT, seconds=10, identity=Identity(65534, 65534))
        assert done.stdout.split() == ["65534", "65534", "65534", "CapEff:", "0000000000000000"]


class TestProcess:
    """`Process`, which lives beside us."""

    def test_output_goes_into_the_log(self) -> None:
        """Lines are there when the process has ended, also one without an end, and so is the status."""

        async def use(process: Process) -> None:
            assert await process.wait() == 7

        code = "import os; os.write(1, b'one\\n'); os.write(2, b'two\\nthree'); os._exit(7)"
        process = with_process(use, python(code))
        assert [line.text for line in process.log.lines()] == ["one", "two", "three"]
        assert process.returncode == 7

    def test_a_line_is_waited_for(self) -> None:
        """The wait ends with the line, or with the end of the process, or with its time."""

        async def use(process: Process) -> None:
            assert await process.wait_for_line("ready", 10)
            assert await process.wait_for_line("ready", 0)
            started = time.monotonic()
            assert not await process.wait_for_line("never", 0.05)
            process.write(b"go\n")
            assert not await process.wait_for_line("never", 10)
            assert time.monotonic() - started < 5
            assert await process.wait_for_line("gone", 0)

        with_process(use, python("print('ready', flush=True); input(); print('gone')"), stdin=b"")

    def test_several_wait_for_lines_at_once(self) -> None:
        """Each wait ends with its own line."""

        async def use(process: Process) -> None:
            waits = [process.wait_for_line(f"line {number}.", 10) for number in range(20)]
            assert all(await asyncio.gather(*waits))

        with_process(use, python("for n in range(20): print(f'line {n}.', flush=True)"))

    def test_standard_input_stays_open(self) -> None:
        """What is given on standard input arrives, more can be written, and it ends with `kill` alone."""

        async def use(process: Process) -> None:
            assert await process.wait_for_line("first", 10)
            process.write(b"second\n")
            assert await process.wait_for_line("second", 10)
            assert process.returncode is None

        with_process(use, ["cat"], stdin=b"first\n")

    def test_without_input_there_is_none(self) -> None:
        """A process that reads its standard input finds its end."""

        async def use(process: Process) -> None:
            assert await asyncio.wait_for(process.wait(), 10) == 0

        with_process(use, ["cat"])

    def test_a_child_that_ignores_sigterm_is_killed(self) -> None:
        """`kill` asks nobody, may come twice, and does not take long."""

        async def use(process: Process) -> None:
            assert await process.wait_for_line("ready", 10)
            process.signal(signal.SIGTERM)
            started = time.monotonic()
            await process.kill()
            await process.kill()
            assert time.monotonic() - started < 1
            assert process.returncode == -signal.SIGKILL

        with_process(use, python(STUBBORN))

    def test_a_stopped_child_is_killed(self) -> None:
        """Nor does it help to be stopped."""

        async def use(process: Process) -> None:
            assert await process.wait_for_line("ready", 10)
            process.signal(signal.SIGSTOP)
            await process.kill()

        assert with_process(use, python(STUBBORN)).returncode == -signal.SIGKILL

    def test_the_group_goes_with_it(self) -> None:
        """Children of the child are killed too."""
        seen: list[int] = []

        async def use(process: Process) -> None:
            while not process.log.lines():
                await process.wait_for_line("", 1)
            seen.append(int(process.log.lines()[0].text))
            assert lives(seen[0])

        with_process(use, python(FAMILY))
        assert ends(seen[0])

    def test_a_grandchild_that_holds_the_output_holds_nobody_up(self) -> None:
        """A process has ended when it has, though a child that left its group still has its output open."""
        code = (
            "import subprocess, sys\n"
            "child = subprocess.Popen(['sleep', '61'], start_new_session=True)\n"
            "print(child.pid, flush=True)\n"
        )

        async def use(process: Process) -> None:
            started = time.monotonic()
            assert await process.wait() == 0
            assert time.monotonic() - started < 5

        process = with_process(use, python(code))
        os.kill(int(process.log.lines()[0].text), signal.SIGKILL)

    def test_a_flood_ends_the_process(self) -> None:
        """What writes without end is killed, and why is kept."""

        async def use(process: Process) -> None:
            assert await asyncio.wait_for(process.wait(), 30) == -signal.SIGKILL

        process = with_process(use, python("import os\nwhile True: os.write(1, b'x' * 65536)"))
        assert process.log.flooded
        assert process.excess == "it wrote more than 64 MB of log"

    def test_limits_apply(self) -> None:
        """Files, their size, core dumps and tasks are limited for the process and for good."""

        async def use(process: Process) -> None:
            await process.wait()

        code = (
            "import json, resource as r\n"
            "names = ['CORE', 'NOFILE', 'FSIZE', 'NPROC']\n"
            "print(json.dumps([r.getrlimit(getattr(r, 'RLIMIT_' + name)) for name in names]))\n"
        )
        limits = Limits(open_files=100, file_bytes=10_000, tasks=500)
        process = with_process(use, python(code), limits=limits)
        _, most = resource.getrlimit(resource.RLIMIT_NPROC)
        tasks = 500 if most == resource.RLIM_INFINITY else min(500, most)
        found = json.loads(process.log.lines()[0].text)
        assert found == [[0, 0], [100, 100], [10_000, 10_000], [tasks, tasks]]

    def test_a_file_beyond_the_limit_cannot_be_written(self, tmp_path: Path) -> None:
        """The limit is the kernel's: the file grows to it and no further."""

        async def use(process: Process) -> None:
            await process.wait()

        code = f"open({str(tmp_path / 'big')!r}, 'wb').write(b'x' * 100_000)"
        process = with_process(use, python(code), limits=Limits(file_bytes=10_000))
        assert "File too large" in process.log.last()
        assert (tmp_path / "big").stat().st_size == 10_000

    def test_ours_have_no_such_limits(self) -> None:
        """A process without limits keeps those of the workbench."""

        async def use(process: Process) -> None:
            await process.wait()

        process = with_process(use, python("import resource as r; print(r.getrlimit(r.RLIMIT_FSIZE))"))
        assert process.log.last() == str(resource.getrlimit(resource.RLIMIT_FSIZE))

    def test_the_environment_is_what_it_is_given(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """Nothing of ours is inherited, but the descriptors that are named."""
        monkeypatch.setenv("SECRET", "x")
        read_end, write_end = os.pipe()

        async def use(process: Process) -> None:
            assert await process.wait() == 0

        code = f"import os; print(sorted(os.environ)); os.write({write_end}, b'here')"
        process = with_process(use, python(code), environ={"A": "b", "LC_CTYPE": "C"}, pass_fds=[write_end])
        assert process.log.last() == "['A', 'LC_CTYPE']"
        assert os.read(read_end, 10) == b"here"
        os.close(read_end)
        os.close(write_end)

    def test_a_program_that_is_not_there_is_an_error(self) -> None:
        """What cannot be started raises."""

        async def use(_process: Process) -> None:
            pytest.fail("it was started")

        with pytest.raises(FileNotFoundError):
            with_process(use, ["/no/such/program"])

    def test_why_it_was_ended_is_kept_once(self) -> None:
        """The first excess is the one that is told."""

        async def use(process: Process) -> None:
            process.end("it took too much memory")
            process.end("it took too many tasks")
            assert await process.wait() == -signal.SIGKILL

        assert with_process(use, ["sleep", "60"]).excess == "it took too much memory"


@pytest.mark.skipif(sys.platform != "linux", reason="the death signal is Linux's")
def test_a_child_dies_with_its_parent() -> None:
    """When the process that started it is killed outright, a child does not survive it."""
    code = (
        "import asyncio\n"
        "from pathlib import Path\n"
        "from checker.processes import Process\n"
        "async def main():\n"
        "    child = await Process.start('it', ['sleep', '61'], environ={'PATH': '/usr/bin:/bin'}, cwd=Path('/'))\n"
        "    print(child.pid, flush=True)\n"
        "    await asyncio.sleep(60)\n"
        "asyncio.run(main())\n"
    )
    with subprocess.Popen(python(code), stdout=subprocess.PIPE, text=True) as parent:
        assert parent.stdout is not None
        child = int(parent.stdout.readline())
        assert lives(child)
        parent.kill()
    assert ends(child)


def test_a_group_that_is_gone_is_no_trouble() -> None:
    """Killing what has ended does nothing."""
    with subprocess.Popen(["true"], start_new_session=True) as process:
        process.wait()
    processes.kill_group(process.pid)
