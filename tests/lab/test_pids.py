"""The ids of a run's processes as this side sees them."""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path

import pytest

from checker.isolation import Isolation, available, outer_command
from checker.lab.pids import ids_of, name_of, outside

WAIT_SECONDS = 10.0
CHILD = "import subprocess, sys; child = subprocess.Popen(['sleep', '60']); print(child.pid, flush=True); child.wait()"


def test_an_id_of_the_same_namespace_is_itself() -> None:
    """Without a shell around it a process has the id that its parent knows."""
    with subprocess.Popen([sys.executable, "-c", CHILD], stdout=subprocess.PIPE, text=True) as parent:
        child = int(parent.stdout.readline()) if parent.stdout else 0
        assert outside(parent.pid, {"api": child, "gone": 1}, namespaces=False) == {"api": child}
        subprocess.run(["kill", str(child)], check=True)


@pytest.mark.skipif(available() is Isolation.NONE, reason="this kernel grants no namespaces")
def test_an_id_behind_a_shell_is_found(tmp_path: Path) -> None:
    """Behind a shell with ids of its own the process is found whose id there is the one that is asked for."""
    argv = [*outer_command(tmp_path), sys.executable, "-c", CHILD]
    with subprocess.Popen(argv, stdout=subprocess.PIPE, text=True) as shell:
        inside = int(shell.stdout.readline()) if shell.stdout else 0
        deadline = time.monotonic() + WAIT_SECONDS
        found: dict[str, int] = {}
        while name_of(found.get("api", 0)) != "sleep" and time.monotonic() < deadline:  # until it has become it
            found = outside(shell.pid, {"api": inside}, namespaces=True)
        assert ids_of(found["api"]) == (found["api"], inside)
        assert name_of(found["api"]) == "sleep"
        shell.kill()
