"""How far the emulator is as faithful as verdicts need it."""

from __future__ import annotations

import json
import time
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

import pytest
from botocore.exceptions import ClientError

if TYPE_CHECKING:
    from tests.parts.queue.conftest import Bench

TENTH = 0.1


def receive(bench: Bench, **fields: Any) -> Any:
    """Receive one message by boto3."""
    answer = bench.sqs.receive_message(QueueUrl=bench.url, AttributeNames=["All"], **fields)
    return answer.get("Messages", [None])[0]


def release(bench: Bench, message: Any) -> None:
    """Make a received message visible at once."""
    bench.sqs.change_message_visibility(QueueUrl=bench.url, ReceiptHandle=message["ReceiptHandle"], VisibilityTimeout=0)


def test_a_message_is_hidden_for_its_visibility_timeout(bench: Bench) -> None:
    """It comes back after 1 s to the tenth, to a client that polls for it, with a count of 2."""
    bench.send()
    first = receive(bench)
    hidden = time.monotonic()
    assert receive(bench) is None
    assert bench.counts() == {"visible": 0, "in_flight": 1, "dead_letters": 0}
    second = receive(bench, WaitTimeSeconds=3)
    assert time.monotonic() - hidden == pytest.approx(1, abs=TENTH)
    assert [m["Attributes"]["ApproximateReceiveCount"] for m in (first, second)] == ["1", "2"]
    assert first["MessageId"] == second["MessageId"]


def test_a_receive_may_name_its_own_timeout(bench: Bench) -> None:
    """The request's time-out goes before the queue's; 0 hides nothing."""
    bench.send()
    assert receive(bench, VisibilityTimeout=0) is not None
    assert receive(bench, VisibilityTimeout=40) is not None
    assert receive(bench) is None


def test_a_stale_receipt_deletes_nothing(bench: Bench) -> None:
    """The handle of an earlier receive neither deletes a redelivered message nor is an error; nor twice the last."""
    bench.send()
    stale = receive(bench)
    release(bench, stale)
    last = receive(bench)
    bench.sqs.delete_message(QueueUrl=bench.url, ReceiptHandle=stale["ReceiptHandle"])
    entry = {"Id": "a", "ReceiptHandle": stale["ReceiptHandle"]}
    answer = bench.sqs.delete_message_batch(QueueUrl=bench.url, Entries=[entry])
    assert [entry["Id"] for entry in answer["Successful"]] == ["a"]
    assert bench.counts()["in_flight"] == 1
    for _ in range(2):
        bench.sqs.delete_message(QueueUrl=bench.url, ReceiptHandle=last["ReceiptHandle"])
    assert bench.counts()["in_flight"] == 0


def test_a_receipt_that_was_never_given_out_is_an_error(bench: Bench) -> None:
    """An invented handle is told to be invalid."""
    bench.send()
    with pytest.raises(ClientError) as caught:
        bench.sqs.delete_message(QueueUrl=bench.url, ReceiptHandle="invented")
    assert caught.value.response["Error"]["Code"] == "ReceiptHandleIsInvalid"


def test_the_third_receive_is_the_last(bench: Bench) -> None:
    """After three receives the message is in the dead-letter queue, under the same id, and nowhere else."""
    sent = bench.send(9)
    for _ in range(3):
        release(bench, receive(bench))
    assert bench.counts() == {"visible": 0, "in_flight": 0, "dead_letters": 1}
    assert receive(bench) is None
    dead = f"{bench.queue}-dlq"
    assert bench.control.call("messages", queue=dead) == ['{"task_id": 9}']
    (letter,) = bench.control.call("receive", queue=dead)
    assert letter["MessageId"] == sent["MessageId"]


def test_a_message_that_is_still_in_flight_is_no_dead_letter(bench: Bench) -> None:
    """The third receiver has the whole time-out, and may delete."""
    bench.send()
    for _ in range(2):
        release(bench, receive(bench))
    last = receive(bench)
    assert bench.counts() == {"visible": 0, "in_flight": 1, "dead_letters": 0}
    bench.sqs.delete_message(QueueUrl=bench.url, ReceiptHandle=last["ReceiptHandle"])
    assert bench.counts() == {"visible": 0, "in_flight": 0, "dead_letters": 0}


def test_a_long_poll_wakes_with_the_message(bench: Bench) -> None:
    """A poll that waits gets a message within a tenth of a second of its send."""
    with ThreadPoolExecutor(1) as pool:
        waiting = pool.submit(receive, bench, WaitTimeSeconds=10)
        names = {"lane": bench.lane, "operation": "ReceiveMessage", "count": 1, "seconds": 5}
        bench.control.call("wait_attempts", **names, begun=True)
        bench.control.call("send", queue=bench.queue, body="{}")
        sent = time.monotonic()
        assert waiting.result(timeout=5)["Body"] == "{}"
        assert time.monotonic() - sent < TENTH


@pytest.mark.parametrize("batch", [False, True])
def test_a_long_poll_wakes_when_a_message_is_released(bench: Bench, batch: bool) -> None:
    """A time-out that is changed under a poll that waits counts at once."""
    bench.send()
    held = receive(bench, VisibilityTimeout=30)
    with ThreadPoolExecutor(1) as pool:
        waiting = pool.submit(receive, bench, WaitTimeSeconds=10)
        names = {"lane": bench.lane, "operation": "ReceiveMessage", "count": 2, "seconds": 5}
        bench.control.call("wait_attempts", **names, begun=True)
        if batch:
            entry = {"Id": "a", "ReceiptHandle": held["ReceiptHandle"], "VisibilityTimeout": 0}
            bench.sqs.change_message_visibility_batch(QueueUrl=bench.url, Entries=[entry])
        else:
            release(bench, held)
        released = time.monotonic()
        assert waiting.result(timeout=5)["MessageId"] == held["MessageId"]
        assert time.monotonic() - released < TENTH


def test_a_long_poll_ends_empty_after_its_wait(bench: Bench) -> None:
    """An empty queue answers after the wait that was asked for; more than 20 s may not be asked for."""
    begin = time.monotonic()
    assert receive(bench, WaitTimeSeconds=1) is None
    assert time.monotonic() - begin == pytest.approx(1, abs=TENTH)
    with pytest.raises(ClientError, match="InvalidParameterValue"):
        receive(bench, WaitTimeSeconds=21)


def test_messages_can_be_looked_at_without_receiving(bench: Bench) -> None:
    """Looking shows what lies there and what is in flight, and counts no receive."""
    bench.send(1)
    bench.send(2)
    receive(bench)
    bodies = bench.control.call("messages", queue=bench.queue)
    assert sorted(json.loads(body)["task_id"] for body in bodies) == [1, 2]
    assert bench.counts() == {"visible": 1, "in_flight": 1, "dead_letters": 0}


def test_purging_leaves_nothing(bench: Bench) -> None:
    """A suite may empty a queue between checks."""
    bench.send()
    bench.control.call("purge", queue=bench.queue)
    assert bench.counts() == {"visible": 0, "in_flight": 0, "dead_letters": 0}


def test_account_and_region_of_a_client_do_not_matter(bench: Bench) -> None:
    """The contract promises no particular credentials, so none may lead to another set of queues."""
    scope = "Credential=111122223333/20260101/eu-west-1/sqs/aws4_request"
    headers = {"X-Amz-Target": "AmazonSQS.SendMessage", "Authorization": f"AWS4-HMAC-SHA256 {scope}"}
    body = json.dumps({"QueueUrl": bench.url, "MessageBody": "{}"}).encode()
    assert bench.post(body, headers)[0] == 200
    assert bench.counts()["visible"] == 1


def test_the_visibility_timeout_can_be_set_anew(bench: Bench) -> None:
    """What is received afterwards is hidden for as long as was set."""
    bench.control.call("queue_visibility", queue=bench.queue, seconds=40)
    bench.send()
    assert receive(bench) is not None
    assert receive(bench, WaitTimeSeconds=2) is None
