"""The script that uses a submission's `SQSClient`, on a plain and on an asynchronous one."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from checker.kit.sqs_driver import SCRIPT, Step

MARK = "@mark"
STEPS = [
    {"id": 0, "operation": "send", "body": {"task_id": 1}},
    {"id": 1, "operation": "receive"},
    {"id": 2, "operation": "send", "body": {"fail": True}},
    {"id": 3, "operation": "delete"},
    {"id": 4, "operation": "delete"},
    {"id": 5, "operation": "receive"},
]

WRAPPED = """

def wrapped(method):
    return lambda *arguments, **named: method(*arguments, **named)


for name in ("send_message", "receive_messages", "delete_message"):
    setattr(SQSClient, name, wrapped(getattr(SQSClient, name)))
"""
MADE_ANYWHERE = """

class Bound(SQSClient):
    loop = property(lambda _self: asyncio.get_running_loop())

    def __init__(self):
        self.messages = []


SQSClient = Bound
"""


def run(folder: Path, *tracks: list[dict[str, Any]], more: str = "") -> tuple[list[dict[str, Any]], str, int]:
    """Run the script in a submission's folder; return the marked records, everything else, and the status."""
    order = json.dumps({"mark": MARK, "tracks": tracks}) + "\n" + more
    done = subprocess.run(
        [sys.executable, str(SCRIPT)], cwd=folder, input=order, capture_output=True, text=True, check=False, timeout=30
    )
    marked = [line for line in done.stdout.splitlines() if line.startswith(f"{MARK} ")]
    other = [line for line in (done.stdout + done.stderr).splitlines() if line and line not in marked]
    return [json.loads(line.removeprefix(f"{MARK} ")) for line in marked], "\n".join(other), done.returncode


@pytest.fixture(params=["plain", "async"])
def folder(request: pytest.FixtureRequest, data: Path) -> Path:
    """Return a submission's folder with one kind of client."""
    return Path(data / "clients" / request.param)


def test_steps_are_done_in_their_order(folder: Path) -> None:
    """What each call gives or raises is told, cut where it is long, after the application was imported."""
    records, other, status = run(folder, STEPS)
    assert (status, other) == (0, "app.main is imported")
    assert [record for record in records if "begin" in record] == [{"begin": number} for number in range(6)]
    assert [record for record in records if "begin" not in record] == [
        {"ready": True},
        {"step": 0, "gave": "id-1"},
        {"step": 1, "gave": [{"task_id": 1}]},
        {"step": 2, "raised": "ConnectionError", "text": "x" * 200},
        {"step": 3, "gave": None},
        {"step": 4, "raised": "KeyError", "text": "'no-receipt'"},
        {"step": 5, "gave": []},
        {"done": True},
    ]


@pytest.mark.parametrize("more", [WRAPPED, MADE_ANYWHERE + WRAPPED])
def test_what_a_plain_method_gives_may_have_to_be_awaited(more: str, data: Path, tmp_path: Path) -> None:
    """Coroutines that come from plain methods are awaited on the loop that the instance was made on."""
    folder = shutil.copytree(data / "clients" / "async", tmp_path / "submission")
    with (folder / "app" / "sqs_client.py").open("a", encoding="utf-8") as client:
        client.write(more)
    records, other, status = run(folder, STEPS[:2], [{**STEPS[0], "id": 6}])
    assert (status, other) == (0, "app.main is imported")
    given = {record["step"]: record["gave"] for record in records if "step" in record}
    assert given == {0: "id-1", 6: "id-2", 1: [{"task_id": 1}]}


def test_a_step_names_its_arguments(folder: Path) -> None:
    """A receive asks for one message where its step does not say how many."""
    sent = [{"id": number, "operation": "send", "body": {}} for number in range(2)]
    asked = [
        {"id": 2, "operation": "receive"},
        {"id": 3, "operation": "receive", "arguments": {"max_messages": 10, "wait_time_seconds": 1}},
    ]
    records, _, _ = run(folder, sent + asked)
    assert [len(record["gave"]) for record in records if record.get("step") in {2, 3}] == [1, 2]


def test_lists_of_steps_are_done_side_by_side(folder: Path) -> None:
    """One list waits at its barrier while another is done."""
    waiting = [{"id": 0, "operation": "send", "body": {}}, {"id": 1, "operation": "send", "body": {}}]
    records, _, status = run(folder, waiting, [{"id": 2, "operation": "send", "body": {}}])
    assert status == 0
    assert {record["step"] for record in records if "step" in record} == {0, 1, 2}
    assert records[-1] == {"done": True}


def test_a_barrier_waits_for_a_line(folder: Path) -> None:
    """A step that waits gives the line that let it go on."""
    records, _, _ = run(folder, [{"id": 0, "operation": "barrier"}], more="go\n")
    assert {"step": 0, "gave": "go"} in records


def test_an_import_that_fails_tells_nothing(tmp_path: Path) -> None:
    """A submission that cannot be imported ends the process with its traceback, before any record."""
    records, other, status = run(tmp_path, STEPS)
    assert (records, status) == ([], 1)
    assert "ModuleNotFoundError" in other


@pytest.mark.parametrize(
    ("step", "text"),
    [
        (Step(1.0, gave="id"), "it returned 'id'"),
        (Step(1.0), "it returned None"),
        (Step(1.0, raised="ClientError", text="denied"), "ClientError: denied"),
    ],
)
def test_a_claim_in_a_few_words(step: Step, text: str) -> None:
    """What a call gave, or what it raised."""
    assert str(step) == text
