"""Lanes of a real queue process: faults on order, and what a suite sees of the attempts."""

from __future__ import annotations

import http.client
import socket
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from checker.control import ControlClient
from checker.errors import InfrastructureError
from checker.kit import lanes
from checker.kit.lanes import Lane, attempt_of
from checker.parts.queue_process import QueueProcess

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.conftest import Background

COUNTER = iter(range(1000))


@pytest.fixture(scope="module")
def queue(background: Background) -> Iterator[ControlClient]:
    """Run the queue's process; return a channel to it."""
    with tempfile.TemporaryDirectory() as folder:
        process = QueueProcess(Path(folder))
        background.run(process.start())
        client = ControlClient(Path(process.addresses()["queue"]), process.addresses()["token"])
        client.call("queue_create", name="tasks", visibility_seconds=30)
        yield client
        client.close()
        background.run(process.stop())


@pytest.fixture
def lane(queue: ControlClient) -> Lane:
    """Return a new lane."""
    name = f"lane-{next(COUNTER)}"
    return Lane(name, queue.call("lane_open", name=name)["port"], queue)


def send(lane: Lane, body: str) -> int | None:
    """Send a message as the SDK does, without its retries; return the status, or None where there was none."""
    connection = http.client.HTTPConnection("127.0.0.1", lane.port, timeout=10)
    headers = {"X-Amz-Target": "AmazonSQS.SendMessage", "Content-Type": "application/x-amz-json-1.0"}
    data = f'{{"QueueUrl": "http://127.0.0.1:{lane.port}/000000000000/tasks", "MessageBody": {body}}}'
    try:
        connection.request("POST", "/", data, headers)
        return connection.getresponse().status
    except (ConnectionError, http.client.HTTPException):
        return None
    finally:
        connection.close()


def message(task_id: int) -> str:
    """Return a message's body as a string within JSON."""
    return f'"{{\\"task_id\\": {task_id}}}"'


def test_a_message_meets_its_faults_and_then_passes(lane: Lane) -> None:
    """The next new message meets one fault an attempt; others pass meanwhile; every attempt is on record."""
    lane.plan_message("SendMessage", [lanes.UNAVAILABLE, lanes.RESET, lanes.THROTTLING, lanes.REQUEST_THROTTLED])
    assert send(lane, message(7)) == 503
    assert send(lane, message(8)) == 200
    assert [send(lane, message(7)) for _ in range(4)] == [None, 400, 403, 200]
    attempts = lane.attempts("SendMessage")
    assert [one.task_id for one in attempts] == [7, 8, 7, 7, 7, 7]
    assert [one.failed for one in attempts] == [True, False, True, True, True, False]
    assert all(one.started <= one.ended < float("inf") for one in attempts)
    assert all(one.operation == "SendMessage" for one in attempts)
    assert lane.attempts("ReceiveMessage") == []


def test_requests_meet_faults_whatever_they_carry(lane: Lane) -> None:
    """The next requests of an operation meet one fault each."""
    lane.plan_requests("SendMessage", [lanes.INTERNAL_ERROR, lanes.BAD_GATEWAY_PAGE, lanes.DENIED])
    assert [send(lane, message(number)) for number in range(4)] == [500, 502, 403, 200]


@pytest.mark.parametrize("fault", [lanes.UNKNOWN_QUEUE, lanes.MALFORMED])
def test_faults_that_no_retry_mends(lane: Lane, fault: lanes.Fault) -> None:
    """An unknown queue and a malformed request are answers of status 400."""
    lane.plan_message("SendMessage", [fault])
    assert send(lane, message(1)) == 400


def test_a_lane_refuses_and_accepts(lane: Lane) -> None:
    """Refused connections leave no attempt; afterwards the lane works on the same port."""
    lane.refuse()
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.1", lane.port), timeout=5)
    lane.accept()
    assert send(lane, message(1)) == 200
    assert len(lane.attempts("SendMessage")) == 1


def test_attempts_are_waited_for(lane: Lane) -> None:
    """The wait ends with the count, or with its time and what there is then."""
    assert lane.wait_attempts("SendMessage", 1, 0.05) == []
    send(lane, message(3))
    assert [one.task_id for one in lane.wait_attempts("SendMessage", 1, 10)] == [3]


def test_an_attempt_that_is_not_answered_ends_with_the_world() -> None:
    """Its end is later than any time, and no fault is none."""
    data = {"operation": "SendMessage", "task_id": None, "body": None, "started": 1.0, "ended": None, "fault": None}
    attempt = attempt_of(data)
    assert attempt.ended == float("inf")
    assert not attempt.failed


def test_a_queue_process_that_is_not_there_is_our_trouble(background: Background, tmp_path: Path) -> None:
    """Where the process cannot start the error shows its last lines."""
    process = QueueProcess(tmp_path / "no" / "such" / "folder")
    with pytest.raises(InfrastructureError, match="the queue did not start"):
        background.run(process.start())
    background.run(process.stop())
