"""What is read from requests, whoever wrote them."""

from __future__ import annotations

import json
from urllib.parse import urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from checker.parts.queue.calls import UNKNOWN, Call, Entry, read_call, task_id_of
from checker.parts.queue.wire import Request

URL = "http://127.0.0.1:4566/000000000000/tasks"


def json_request(operation: str, body: object) -> Request:
    """Return a request of the JSON protocol."""
    return Request("POST", "/", "", {"x-amz-target": f"AmazonSQS.{operation}"}, json.dumps(body).encode())


def test_both_protocols_say_the_same() -> None:
    """The same send is read the same from JSON, from a form, and from a form to the queue's path."""
    fields = {"QueueUrl": URL, "MessageBody": '{"task_id": 7}'}
    form = {"Action": "SendMessage", "MessageBody": '{"task_id": 7}'}
    readings = [
        read_call(json_request("SendMessage", fields)),
        read_call(Request("POST", "/", "", {}, urlencode({**form, "QueueUrl": URL}).encode())),
        read_call(Request("POST", "/000000000000/tasks", "", {}, urlencode(form).encode())),
        read_call(Request("GET", "/000000000000/tasks", urlencode(form), {}, b"")),
    ]
    assert {(call.operation, call.queue, call.body) for call in readings} == {
        ("SendMessage", "tasks", fields["MessageBody"])
    }
    assert [call.protocol for call in readings] == ["json", "query", "query", "query"]


def test_the_entries_of_a_batch_are_read() -> None:
    """A batch's entries come in their order, with the task of each."""
    entries = [{"Id": "x", "MessageBody": '{"task_id": 1}'}, {"Id": "y", "MessageBody": "?"}]
    form = {"Action": "SendMessageBatch", "QueueUrl": URL}
    for number, entry in enumerate(entries, 1):
        form |= {f"SendMessageBatchRequestEntry.{number}.{name}": value for name, value in entry.items()}
    wanted = (Entry("x", '{"task_id": 1}', 1), Entry("y", "?"))
    assert read_call(json_request("SendMessageBatch", {"QueueUrl": URL, "Entries": entries})).entries == wanted
    assert read_call(Request("POST", "/", "", {}, urlencode(form).encode())).entries == wanted


@pytest.mark.parametrize(
    ("body", "task_id"),
    [
        ('{"task_id": 5}', 5),
        ('{"task_id": "5"}', None),
        ('{"task_id": true}', None),
        ('{"id": 5}', None),
        ("[5]", None),
        ("{", None),
        ("[" * 100_000, None),
        (None, None),
    ],
)
def test_a_task_id_is_an_int_in_an_object(body: str | None, task_id: int | None) -> None:
    """Only what the contract calls a message has a task."""
    assert task_id_of(body) == task_id


@pytest.mark.parametrize("body", [b"{", b"[]", b"\xff", b"[" * 100_000, b'{"a": ' + b"1" * 5000 + b"}"])
def test_a_body_that_is_no_object_is_unreadable(body: bytes) -> None:
    """The operation is known by its header all the same."""
    request = Request("POST", "/", "", {"x-amz-target": "AmazonSQS.SendMessage"}, body)
    assert read_call(request) == Call("json", "SendMessage", readable=False)


@given(st.binary(), st.text(), st.sampled_from([{}, {"x-amz-target": "AmazonSQS.SendMessageBatch"}]))
def test_no_request_raises(body: bytes, query: str, headers: dict[str, str]) -> None:
    """Whatever the bytes, the answer is a call."""
    assert read_call(Request("POST", "/", query, headers, body)).operation in {UNKNOWN, "SendMessageBatch"}
