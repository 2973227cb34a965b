"""Checks that are stopped, in every way a process can be stopped: nothing of them stays."""

from __future__ import annotations

import os
import signal
import subprocess
import time
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from pathlib import Path

    from tests.e2e.conftest import Bench

GONE_SECONDS = 2.0
END_SECONDS = 10.0  # what the way out may take on a busy machine; alone it takes a fraction of a second
HELD = "sleep 61"  # what the submission's own child is called while the check is held


@pytest.fixture
def held(bench: Bench) -> subprocess.Popen[str]:
    """Start a check and hold it in the middle: the API does not answer, and its child shows that it was asked."""
    trick = (
        "+\nimport os\n\n\n@app.middleware('http')\nasync def hold(request, call_next):\n"
        f"    if request.method == 'POST':\n        os.system('{HELD}')\n    return await call_next(request)\n"
    )
    process = bench.start("check", "passes", "--path", bench.submission({"app/main.py": trick}))
    bench.wait_for_process(HELD, process)
    return process


@pytest.mark.parametrize(
    ("number", "status"), [(signal.SIGINT, 130), (signal.SIGTERM, 143), (signal.SIGHUP, 143)], ids=str
)
def test_a_signal_ends_a_check(bench: Bench, held: subprocess.Popen[str], number: signal.Signals, status: int) -> None:
    """The shell's status of that signal, a line on stderr, no verdict."""
    held.send_signal(number)
    ended = bench.end(held)
    assert (ended.status, ended.stdout, ended.stderr) == (status, "", "workbench: stopped\n")
    assert ended.seconds < END_SECONDS


def test_an_impatient_ctrl_c_changes_nothing(bench: Bench, held: subprocess.Popen[str]) -> None:
    """A second and a third Ctrl-C do not cut the way out off; the first one counts."""
    for _ in range(3):
        held.send_signal(signal.SIGINT)
        time.sleep(0.05)  # the fingers' own pace
    ended = bench.end(held)
    assert (ended.status, ended.stderr) == (130, "workbench: stopped\n")


def test_ctrl_c_at_a_terminal_reaches_the_whole_group(bench: Bench, held: subprocess.Popen[str]) -> None:
    """A terminal sends the signal to every process of its foreground group, not to the workbench alone."""
    os.killpg(held.pid, signal.SIGINT)
    ended = bench.end(held)
    assert (ended.status, ended.stderr) == (130, "workbench: stopped\n")


def test_sigkill_leaves_no_process_without_a_shell_either(bench: Bench) -> None:
    """Where the kernel grants no namespaces, every process that was started dies with whoever started it."""
    limit = 'echo 1 >/proc/sys/user/max_user_namespaces; exec unshare -U --map-user=1000 --map-group=1000 "$0" "$@"'
    trick = "+\nimport time\n\n\n@app.middleware('http')\nasync def hold(request, call_next):\n    time.sleep(61)\n"
    submission = bench.submission({"app/main.py": trick})
    process = bench.start("check", "passes", "--path", submission, prefix=["unshare", "-Ur", "sh", "-ec", limit])
    bench.wait_for_process("uvicorn.server", process)  # of what its API imports ahead
    process.kill()
    process.communicate()
    deadline = time.monotonic() + GONE_SECONDS
    while bench.processes() and time.monotonic() < deadline:
        time.sleep(0.02)
    assert bench.processes() == {}
    assert bench.check("passes", empty(bench)).status == 1  # it sweeps


def test_sigkill_leaves_no_process_and_the_next_check_sweeps(bench: Bench, held: subprocess.Popen[str]) -> None:
    """Every process of the run goes with the workbench; its folder goes when the next check starts."""
    held.kill()
    held.communicate()
    deadline = time.monotonic() + GONE_SECONDS
    while bench.processes() and time.monotonic() < deadline:
        time.sleep(0.02)
    assert bench.processes() == {}
    left = [path for path in bench.runs.iterdir() if path.is_dir()]
    assert len(left) == 1
    ended = bench.check("passes", bench.submission(name="another"))
    assert ended.status == 0
    assert not left[0].exists()


SLOW_SETUP = """
import time
from setuptools import setup
time.sleep(61)
setup(name="slow", version="1")
"""


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGKILL], ids=str)
def test_an_installation_is_stopped_too(bench: Bench, number: signal.Signals) -> None:
    """Nothing stays of uv, nor of a build that it had started; the half-made environment is not taken for one."""
    submission = bench.submission({"slow/setup.py": SLOW_SETUP, "requirements.txt": "+\n./slow\n"})
    environ = {"XDG_CACHE_HOME": str(bench.root / "cache")}  # where the installation runs; it shows what is left of it
    process = bench.start("check", "passes", "--path", submission, environ=environ)
    bench.wait_for_process("setuptools", process)
    process.send_signal(number)
    assert bench.end(process).status == (143 if number is signal.SIGTERM else -number)
    deadline = time.monotonic() + GONE_SECONDS
    while bench.processes() and time.monotonic() < deadline:
        time.sleep(0.02)
    assert bench.processes() == {}
    if number is signal.SIGKILL:
        assert bench.run("check", "passes", "--path", empty(bench)).status == 1  # it sweeps


def empty(bench: Bench) -> Path:
    """Return a folder with nothing in it."""
    folder = bench.root / "empty"
    folder.mkdir()
    return folder
