"""Faults of our own side in the middle of a check: an error, never a verdict on the submission."""

from __future__ import annotations

import os
import signal
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.e2e.conftest import Bench

HELD = "sleep 61"
HOLD = (
    "+\nimport os\n\n\n@app.middleware('http')\nasync def hold(request, call_next):\n"
    f"    if request.method == 'POST':\n        os.system('{HELD}')\n    return await call_next(request)\n"
)


@pytest.mark.parametrize(
    ("program", "cause"),
    [
        ("/postgres -D", "postgres ended in the middle of the run"),
        ("valkey-server", "valkey ended in the middle of the run"),
        ("checker.parts.queue", "queue ended in the middle of the run"),
        ("checker.kit", "the suite exited with status -9"),
        ("checker.runner", "the run ended without an outcome"),
    ],
)
def test_a_part_that_is_killed_is_our_error(bench: Bench, program: str, cause: str) -> None:
    """Status 3, no score, and which part it was."""
    submission = bench.submission({"app/main.py": HOLD})
    process = bench.start("check", "passes", "--path", submission, "--format", "json")
    bench.wait_for_process(HELD, process)
    os.kill(bench.wait_for_process(program, process), signal.SIGKILL)
    ended = bench.end(process)
    assert (ended.status, ended.stderr) == (3, "")
    assert (ended.verdict["verdict"], ended.verdict["score"]) == ("error", None)
    assert cause in ended.verdict["cause"]
