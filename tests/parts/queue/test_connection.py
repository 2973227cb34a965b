"""What a client may do to a connection without harm to the front."""

from __future__ import annotations

import json
import socket
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.parts.queue.conftest import Bench

TARGET = b"X-Amz-Target: AmazonSQS.SendMessage\r\n"


def connected(bench: Bench) -> socket.socket:
    """Connect to the lane."""
    return socket.create_connection(("127.0.0.1", bench.port), timeout=5)


def message(bench: Bench, body: str = '{"task_id": 1}') -> bytes:
    """Return the JSON body of a send."""
    return json.dumps({"QueueUrl": bench.url, "MessageBody": body}).encode()


def head(bench: Bench, length: int, extra: bytes = b"") -> bytes:
    """Return the head of a send with a body of `length` bytes."""
    return b"POST / HTTP/1.1\r\nHost: a:%d\r\n%sContent-Length: %d\r\n%s\r\n" % (bench.port, TARGET, length, extra)


def status_of(client: socket.socket) -> int:
    """Read an answer's first bytes; return its status."""
    return int(client.recv(65536).split(b" ")[1])


def test_a_connection_is_kept_for_many_requests(bench: Bench) -> None:
    """Requests follow each other on one connection, also where one is sent before the other is answered."""
    request = head(bench, len(message(bench))) + message(bench)
    with connected(bench) as client:
        for _ in range(3):
            client.sendall(request)
            assert status_of(client) == 200
        client.sendall(request * 2)
        bench.control.call("wait_attempts", lane=bench.lane, operation="SendMessage", count=5, seconds=5)
    assert bench.counts()["visible"] == 5


def test_a_chunked_body_is_read(bench: Bench) -> None:
    """A body may come in chunks, and the chunks in pieces."""
    body = message(bench)
    with connected(bench) as client:
        client.sendall(b"POST / HTTP/1.1\r\nHost: a\r\n%sTransfer-Encoding: chunked\r\n\r\n" % TARGET)
        for start in range(0, len(body), 20):
            piece = body[start : start + 20]
            client.sendall(b"%x\r\n" % len(piece))
            client.sendall(piece + b"\r\n")
        client.sendall(b"0\r\n\r\n")
        assert status_of(client) == 200
    assert bench.attempts()[0]["task_id"] == 1


def test_a_client_that_asks_first_is_told_to_go_on(bench: Bench) -> None:
    """`Expect: 100-continue` is answered before the body comes."""
    body = message(bench)
    with connected(bench) as client:
        client.sendall(head(bench, len(body), b"Expect: 100-continue\r\n"))
        assert status_of(client) == 100
        client.sendall(body)
        assert status_of(client) == 200


def test_a_message_of_one_mebibyte_passes_and_a_longer_one_does_not(bench: Bench) -> None:
    """The limit is SQS's, told as SQS tells it."""
    statuses = []
    for length in (2**20, 2**20 + 1):
        body = message(bench, '"' * length)
        statuses.append(bench.post(body, {"X-Amz-Target": "AmazonSQS.SendMessage"})[0])
    assert statuses == [200, 400]


@pytest.mark.parametrize("announced", [True, False])
def test_a_body_without_end_is_turned_away(bench: Bench, announced: bool) -> None:
    """A body of 10 MiB gets 413, whether its length was told or not, and the answer can be read."""
    with connected(bench) as client:
        if announced:
            client.sendall(head(bench, 10 * 2**20) + b" " * 2**20)
        else:
            client.sendall(b"POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\na00000\r\n")
            client.sendall(b" " * 5 * 2**20)
        assert status_of(client) == 413
    bench.send()
    assert bench.outcomes() == ["passed"]


@pytest.mark.parametrize(
    ("request_bytes", "status"),
    [
        (b"nonsense\r\n\r\n", 400),
        (b"POST / HTTP/1.1\r\nContent-Length: x\r\n\r\n", 400),
        (b"GET / HTTP/1.1\r\nHost: a\r\nX: " + b"a" * 70_000, 431),
        (b"DELETE /_ministack/state HTTP/1.1\r\nHost: a\r\n\r\n", 405),
        (b"POST /_ministack/reset HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n", 400),
        (b"GET /_ministack/health HTTP/1.1\r\nHost: a\r\n\r\n", 400),
        (b"GET / HTTP/1.1\r\nHost: b.s3.amazonaws.com\r\n\r\n", 400),
        (b"POST / HTTP/1.1\r\nHost: a\r\nX-Amz-Target: DynamoDB.ListTables\r\nContent-Length: 2\r\n\r\n{}", 400),
        (b"POST / HTTP/1.1\r\nHost: a\r\n%sContent-Length: 1\r\n\r\n{" % TARGET, 400),
        (b"GET /?Action=SendMessage&Action=%FF HTTP/1.1\r\nHost: a\r\n\r\n", 400),
    ],
)
def test_what_is_not_sqs_is_refused(bench: Bench, request_bytes: bytes, status: int) -> None:
    """Broken HTTP, other services and the emulator's own routes get a 4xx, and the front lives on."""
    with connected(bench) as client:
        client.sendall(request_bytes)
        assert status_of(client) == status
    bench.send()
    assert bench.counts()["visible"] == 1


def test_fields_of_the_wrong_type_are_the_clients_fault(bench: Bench) -> None:
    """A field that is not what it should be gets a 400 and counts as rejected, not as a failure of ours."""
    for field in ({"MessageBody": 5}, {"QueueUrl": ["x"]}, {"DelaySeconds": "soon"}, {"MessageAttributes": 3}):
        body = json.dumps({"QueueUrl": bench.url, "MessageBody": "x", **field}).encode()
        assert bench.post(body, {"X-Amz-Target": "AmazonSQS.SendMessage"})[0] == 400
    assert set(bench.outcomes()) == {"rejected"}


def test_a_hang_ends_with_its_client(bench: Bench) -> None:
    """A client that leaves ends what was held for it, at once."""
    bench.plan({"kind": "hang", "seconds": 60})
    names = {"lane": bench.lane, "operation": "SendMessage", "count": 1, "seconds": 5}
    with connected(bench) as client:
        client.sendall(head(bench, len(message(bench))) + message(bench))
        (attempt,) = bench.control.call("wait_attempts", **names, begun=True)
        assert (attempt["outcome"], attempt["ended"]) == ("hung-by-plan", None)
    (attempt,) = bench.control.call("wait_attempts", **names)
    assert attempt["ended"] - attempt["started"] < 5


def test_a_long_poll_whose_client_left_takes_no_message(bench: Bench) -> None:
    """What a dead client waited for goes to the next one, with its first receive."""
    names = {"lane": bench.lane, "operation": "ReceiveMessage", "count": 1, "seconds": 5}
    body = json.dumps({"QueueUrl": bench.url, "WaitTimeSeconds": 20}).encode()
    with connected(bench) as client:
        client.sendall(head(bench, len(body)).replace(b"SendMessage", b"ReceiveMessage") + body)
        bench.control.call("wait_attempts", **names, begun=True)
    bench.control.call("wait_attempts", **names)
    bench.send()
    assert bench.counts()["visible"] == 1
    assert bench.outcomes() == ["client-left", "passed"]


def test_a_busy_connection_gets_its_answer_when_its_lane_refuses(bench: Bench) -> None:
    """What was under way is answered as it would have been, then the connection closes."""
    names = {"lane": bench.lane, "operation": "ReceiveMessage", "count": 1, "seconds": 5}
    body = json.dumps({"QueueUrl": bench.url, "WaitTimeSeconds": 20}).encode()
    with connected(bench) as client:
        client.sendall(head(bench, len(body)).replace(b"SendMessage", b"ReceiveMessage") + body)
        bench.control.call("wait_attempts", **names, begun=True)
        bench.control.call("lane_refuse", lane=bench.lane)
        bench.control.call("send", queue=bench.queue, body="a body")
        with client.makefile("rb") as answer:
            assert b"a body" in answer.read()


def test_an_answer_waits_for_a_client_that_reads_late(bench: Bench) -> None:
    """Ten messages of 1 MiB come whole through a socket that takes them slowly."""
    for _ in range(10):
        bench.control.call("send", queue=bench.queue, body="x" * 2**20)
    body = json.dumps({"QueueUrl": bench.url, "MaxNumberOfMessages": 10}).encode()
    with connected(bench) as client:
        client.sendall(
            head(bench, len(body), b"Connection: close\r\n").replace(b"SendMessage", b"ReceiveMessage") + body
        )
        names = {"lane": bench.lane, "operation": "ReceiveMessage", "count": 1}
        assert bench.control.call("wait_attempts", **names, seconds=0.1)[0]["ended"] is None
        with client.makefile("rb") as answer:
            assert len(answer.read()) > 10 * 2**20
    assert bench.control.call("wait_attempts", **names, seconds=5)[0]["ended"] is not None
