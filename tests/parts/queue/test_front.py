"""The front as its clients see it, through boto3 and without."""

from __future__ import annotations

import itertools
import json
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode
from xml.etree import ElementTree as ET

import pytest
from botocore.exceptions import ClientError, ConnectionClosedError, EndpointConnectionError

from checker.control import RemoteError

if TYPE_CHECKING:
    from collections.abc import Callable

    from checker.control import ControlClient
    from tests.parts.queue.conftest import Bench

XML = "{http://queue.amazonaws.com/doc/2012-11-05/}"
CLIENTS = 10


def text_of(answer: bytes, name: str) -> str | None:
    """Return the text of the first element `name` of an XML answer."""
    return ET.fromstring(answer).findtext(f".//{XML}{name}")  # noqa: S314 - the front's own answer


def seen_by_boto3(bench: Bench) -> tuple[str, int]:
    """Send once; return the error code and the status that boto3 shows."""
    with pytest.raises(ClientError) as caught:
        bench.send()
    answer: dict[str, Any] = caught.value.response
    return answer["Error"]["Code"], answer["ResponseMetadata"]["HTTPStatusCode"]


def test_queue_urls_keep_a_client_on_its_lane(bench: Bench) -> None:
    """Whatever names a queue's URL names the host and port that the client used."""
    assert bench.sqs.get_queue_url(QueueName=bench.queue)["QueueUrl"] == bench.url
    assert bench.url in bench.sqs.list_queues(QueueNamePrefix=bench.queue)["QueueUrls"]
    assert bench.sqs.create_queue(QueueName=bench.queue)["QueueUrl"] == bench.url
    host = {"X-Amz-Target": "AmazonSQS.GetQueueUrl", "Host": "queue.internal:9"}
    _, _, body = bench.post(json.dumps({"QueueName": bench.queue}).encode(), host)
    assert json.loads(body)["QueueUrl"] == f"http://queue.internal:9/000000000000/{bench.queue}"


def test_a_message_goes_through_unchanged(bench: Bench) -> None:
    """Send, receive and delete by boto3, with text beyond ASCII and attributes whose checksums it verifies."""
    body = json.dumps({"task_id": 3, "note": "größer <&> \U0001f40d"}, ensure_ascii=False)
    attributes = {"kind": {"DataType": "String", "StringValue": "ü"}}
    sent = bench.sqs.send_message(QueueUrl=bench.url, MessageBody=body, MessageAttributes=attributes)
    names = {"AttributeNames": ["All"], "MessageAttributeNames": ["All"]}
    (got,) = bench.sqs.receive_message(QueueUrl=bench.url, **names)["Messages"]
    assert (got["Body"], got["MessageId"]) == (body, sent["MessageId"])
    assert got["MessageAttributes"] == attributes
    bench.sqs.delete_message(QueueUrl=bench.url, ReceiptHandle=got["ReceiptHandle"])
    assert bench.counts() == {"visible": 0, "in_flight": 0, "dead_letters": 0}


def test_the_query_protocol_goes_through(bench: Bench) -> None:
    """A form to the queue's path sends; a receive and an error come back as XML; the record has it all."""
    path = f"/000000000000/{bench.queue}"
    form = urlencode({"Action": "SendMessage", "MessageBody": '{"task_id": 4}'}).encode()
    status, headers, body = bench.post(form, {"Content-Type": "application/x-www-form-urlencoded"}, path)
    assert (status, headers["content-type"]) == (200, "text/xml")
    message_id = text_of(body, "MessageId")
    _, _, received = bench.post(b"", {}, f"{path}?Action=ReceiveMessage")
    assert text_of(received, "Body") == '{"task_id": 4}'
    bench.plan({"kind": "throttle", "code": "ThrottlingException"})
    status, _, refused = bench.post(form, {}, path)
    assert (status, text_of(refused, "Code")) == (400, "ThrottlingException")
    sent, got, throttled = bench.attempts()
    assert (sent["task_id"], sent["message_id"]) == (4, message_id)
    assert [(entry["task_id"], entry["message_id"]) for entry in got["entries"]] == [(4, message_id)]
    assert (throttled["outcome"], throttled["fault"]) == ("refused-by-plan", "throttle")


def test_batches_are_recorded_entry_by_entry(bench: Bench) -> None:
    """The record of a batch holds each entry's body, task and message id; of a delete, its receipts."""
    entries = [{"Id": str(number), "MessageBody": json.dumps({"task_id": number})} for number in range(3)]
    sent = bench.sqs.send_message_batch(QueueUrl=bench.url, Entries=entries)["Successful"]
    got = bench.sqs.receive_message(QueueUrl=bench.url, MaxNumberOfMessages=10)["Messages"]
    receipts = [{"Id": message["MessageId"], "ReceiptHandle": message["ReceiptHandle"]} for message in got]
    assert len(bench.sqs.delete_message_batch(QueueUrl=bench.url, Entries=receipts)["Successful"]) == len(entries)
    send, receive, delete = bench.attempts()
    ids = [entry["MessageId"] for entry in sent]
    assert [(entry["task_id"], entry["message_id"]) for entry in send["entries"]] == list(enumerate(ids))
    assert [entry["message_id"] for entry in receive["entries"]] == ids
    assert [entry["receipt_handle"] for entry in delete["entries"]] == [m["ReceiptHandle"] for m in got]


@pytest.mark.parametrize("code", ["RequestThrottled", "ThrottlingException"])
@pytest.mark.parametrize("status", [400, 403, 429, 503])
def test_throttling_shows_its_code(bench: Bench, code: str, status: int) -> None:
    """Boto3 shows a throttle's code as the contract names it, under any status."""
    bench.plan({"kind": "throttle", "code": code, "status": status})
    assert seen_by_boto3(bench) == (code, status)


@pytest.mark.parametrize("status", [500, 502, 503, 504])
@pytest.mark.parametrize("body", ["empty", "html", "json"])
def test_a_server_error_is_no_throttle(bench: Bench, status: int, body: str) -> None:
    """A 5xx shows its status, and a code that is none of throttling."""
    bench.plan({"kind": "server-error", "status": status, "body": body})
    code, seen = seen_by_boto3(bench)
    assert seen == status
    assert "Thrott" not in code


def test_what_a_retry_cannot_mend_shows_its_code(bench: Bench) -> None:
    """Denied, unknown and malformed show the codes of AWS; a queue that is truly not there shows the same."""
    kinds = ["deny", "unknown-queue", "malformed"]
    bench.plan(*({"kind": kind} for kind in kinds), {"kind": "malformed", "code": "MalformedInput"})
    no_queue = ("AWS.SimpleQueueService.NonExistentQueue", 400)
    assert [seen_by_boto3(bench) for _ in range(4)] == [
        ("AccessDenied", 403),
        no_queue,
        ("InvalidParameterValue", 400),
        ("MalformedInput", 400),
    ]
    with pytest.raises(bench.sqs.exceptions.QueueDoesNotExist) as caught:
        bench.sqs.send_message(QueueUrl=bench.url + "-not", MessageBody="{}")
    assert caught.value.response["Error"]["Code"] == no_queue[0]
    assert bench.counts()["visible"] == 0


def test_a_reset_is_a_closed_connection(bench: Bench) -> None:
    """Boto3 raises, nothing is stored, and the record says what happened."""
    bench.plan({"kind": "reset"})
    with pytest.raises(ConnectionClosedError):
        bench.send(8)
    bench.send(8)
    reset, passed = bench.attempts("SendMessage")
    assert (reset["outcome"], reset["status"], reset["task_id"]) == ("reset-by-plan", None, 8)
    assert (passed["outcome"], passed["status"], passed["fault"]) == ("passed", 200, None)
    assert reset["started"] <= reset["ended"] <= passed["started"] <= passed["ended"]
    assert bench.counts()["visible"] == 1


def test_a_hang_holds_and_then_resets(bench: Bench) -> None:
    """The answer is held for the time that the plan names."""
    bench.plan({"kind": "hang", "seconds": 0.2})
    with pytest.raises(ConnectionClosedError):
        bench.send()
    (attempt,) = bench.attempts()
    assert attempt["outcome"] == "hung-by-plan"
    assert attempt["ended"] - attempt["started"] == pytest.approx(0.2, abs=0.1)


def test_plans_can_be_cleared(bench: Bench) -> None:
    """What was ordered is over when a suite says so."""
    bench.plan({"kind": "deny"}, then="repeat-last")
    assert seen_by_boto3(bench)[0] == "AccessDenied"
    bench.control.call("clear_plans", lane=bench.lane)
    bench.send()
    assert bench.outcomes() == ["refused-by-plan", "passed"]


def test_a_lane_refuses_and_accepts_on_the_same_port(bench: Bench) -> None:
    """A refused lane takes no connection, not even a kept one, and leaves no attempt; accepting again mends it."""
    bench.send(1)
    for _ in range(2):
        bench.control.call("lane_refuse", lane=bench.lane)
        with pytest.raises((EndpointConnectionError, ConnectionClosedError)):
            bench.send(2)
        with pytest.raises(EndpointConnectionError):
            bench.send(2)
        bench.control.call("lane_accept", lane=bench.lane)
        bench.send(3)
    assert bench.outcomes() == ["passed"] * 3


def test_lanes_do_not_share_plans_or_records(bench: Bench) -> None:
    """Another lane reaches the same queue, past this one's plan."""
    bench.plan({"kind": "deny"}, then="repeat-last")
    port = bench.control.call("lane_open", name=f"{bench.lane}-other")["port"]
    body = json.dumps({"QueueUrl": bench.url, "MessageBody": "{}"}).encode()
    from_other = bench.__class__(bench.control, f"{bench.lane}-other", port, bench.queue, bench.sqs)
    assert from_other.post(body, {"X-Amz-Target": "AmazonSQS.SendMessage"})[0] == 200
    assert (bench.outcomes(), from_other.outcomes()) == ([], ["passed"])
    assert bench.counts()["visible"] == 1


def test_ten_clients_at_once_get_what_each_is_due(bench: Bench) -> None:
    """Ten messages fail twice each, then pass: three attempts a message, in order, each with its own times."""
    bench.plan({"kind": "reset"}, {"kind": "server-error"}, scope="message", claims=CLIENTS)
    barrier = threading.Barrier(CLIENTS)

    def insist(task_id: int) -> None:
        barrier.wait()
        for _ in range(2):
            with pytest.raises((ClientError, ConnectionClosedError)):
                bench.send(task_id)
        bench.send(task_id)

    begin = time.monotonic()
    with ThreadPoolExecutor(CLIENTS) as pool:
        list(pool.map(insist, range(CLIENTS)))
    end = time.monotonic()
    attempts = bench.attempts("SendMessage")
    assert [a["started"] for a in attempts] == sorted(a["started"] for a in attempts)
    assert all(begin < a["started"] <= a["ended"] < end for a in attempts)
    for task_id in range(CLIENTS):
        mine = [a for a in attempts if a["task_id"] == task_id]
        assert [a["outcome"] for a in mine] == ["reset-by-plan", "refused-by-plan", "passed"]
        assert all(before["ended"] <= after["started"] for before, after in itertools.pairwise(mine))
    assert bench.counts()["visible"] == CLIENTS


def test_waiting_ends_with_the_last_attempt_that_was_waited_for(
    bench: Bench, connect: Callable[[], ControlClient]
) -> None:
    """A waiter is woken by the attempt, not by its deadline; a deadline gives what is there."""
    waiter = connect()
    names = {"lane": bench.lane, "operation": "SendMessage"}
    with ThreadPoolExecutor(1) as pool:
        waiting = pool.submit(waiter.call, "wait_attempts", **names, count=2, seconds=10)
        bench.send()
        bench.send()
        assert len(waiting.result(timeout=5)) == 2
    assert len(waiter.call("wait_attempts", **names, count=3, seconds=0.01)) == 2


def test_a_closed_lane_leaves_nothing(bench: Bench) -> None:
    """Name, port and attempts are free again."""
    name = f"{bench.lane}-closed"
    port = bench.control.call("lane_open", name=name)["port"]
    other = bench.__class__(bench.control, name, port, bench.queue, bench.sqs)
    other.post(b"", {}, f"/000000000000/{bench.queue}?Action=ReceiveMessage")
    bench.control.call("lane_close", lane=name)
    assert other.attempts() == []
    assert bench.control.call("lane_open", name=name, port=port) == {"port": port}
    bench.control.call("lane_close", lane=name)


def test_wrong_names_are_errors(bench: Bench) -> None:
    """A lane or a queue that is not there, and a lane that is there already, are told to the caller."""
    for call in (("lane_refuse", {"lane": "no"}), ("lane_open", {"name": bench.lane}), ("counts", {"queue": "no"})):
        with pytest.raises(RemoteError):
            bench.control.call(call[0], **call[1])
