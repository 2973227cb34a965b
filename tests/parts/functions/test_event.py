"""The translations between SQS and Lambda, as tables."""

from __future__ import annotations

import json
from typing import Any

import pytest

from checker.parts.functions.event import batch_result, sqs_event

IDS = ("id-1", "id-2", "id-3")


def named(*items: Any) -> bytes:
    """Return a response with these entries in `batchItemFailures`."""
    return json.dumps({"batchItemFailures": list(items)}).encode()


@pytest.mark.parametrize(
    "response",
    [
        b"",
        b"  ",
        b"null",
        b"{}",
        b"[]",
        b'""',
        b'{"batchItemFailures": []}',
        b'{"batchItemFailures": null}',
        b'{"statusCode": 200}',
        b'{"BatchItemFailures": [{"itemIdentifier": "id-1"}]}',
        b'"done"',
        b"true",
        b"3",
    ],
)
def test_complete_success(response: bytes) -> None:
    """No, null and empty responses, and those that name no failure, send nothing back."""
    assert batch_result(response, IDS).failed_ids == ()


@pytest.mark.parametrize(
    ("response", "failed"),
    [
        (named({"itemIdentifier": "id-2"}), ("id-2",)),
        (named({"itemIdentifier": "id-3"}, {"itemIdentifier": "id-1"}), ("id-3", "id-1")),
        (named({"itemIdentifier": "id-2"}, {"itemIdentifier": "id-2"}), ("id-2",)),
        (named({"itemIdentifier": "id-1", "why": "further keys"}), ("id-1",)),
        (named(*({"itemIdentifier": message_id} for message_id in IDS)), IDS),
    ],
)
def test_partial_failure(response: bytes, failed: tuple[str, ...]) -> None:
    """The named messages come back, each once, and no other."""
    result = batch_result(response, IDS)
    assert result.failed_ids == failed
    assert result.reason is None


@pytest.mark.parametrize(
    "response",
    [
        b"{",
        b"\xff\xfe",
        b'{"batchItemFailures": NaN}',
        b"[" * 100_000,
        named({"itemIdentifier": ""}),
        named({"itemIdentifier": None}),
        named({"itemIdentifier": 7}),
        named({"itemIdentifier": "id-9"}),
        named({"itemIdentifier": "ID-1"}),
        named({"ItemIdentifier": "id-1"}),
        named({"itemIdentifer": "id-1"}),
        named({"messageId": "id-1"}),
        named("id-1"),
        named(None),
        named({}),
        named({"itemIdentifier": "id-1"}, {"itemIdentifier": "id-9"}),
        b'{"batchItemFailures": "id-1"}',
        b'{"batchItemFailures": {"itemIdentifier": "id-1"}}',
    ],
)
def test_complete_failure(response: bytes) -> None:
    """Bytes that are no JSON, and an entry that names none of the batch, send all of it back and say why."""
    result = batch_result(response, IDS)
    assert result.failed_ids == IDS
    assert result.reason


def test_event_of_messages() -> None:
    """Every field of an SQS record is there under Lambda's name."""
    attributes = {
        "ApproximateReceiveCount": "2",
        "SentTimestamp": "1700000000000",
        "SenderId": "000000000000",
        "ApproximateFirstReceiveTimestamp": "1700000000001",
    }
    message = {
        "MessageId": "id-1",
        "ReceiptHandle": "handle-1",
        "Body": "{}",
        "MD5OfBody": "99914b932bd37a50b983c5e7c90ae93b",
        "Attributes": attributes,
        "MessageAttributes": {
            "trace": {"StringValue": "abc", "DataType": "String"},
            "raw": {"BinaryValue": "AAE=", "DataType": "Binary"},
        },
    }
    event = sqs_event([message], queue_arn="arn:aws:sqs:us-east-1:000000000000:tasks", region="us-east-1")
    empty: dict[str, list[str]] = {"stringListValues": [], "binaryListValues": []}
    assert event == {
        "Records": [
            {
                "messageId": "id-1",
                "receiptHandle": "handle-1",
                "body": "{}",
                "attributes": attributes,
                "messageAttributes": {
                    "trace": {"stringValue": "abc", "dataType": "String", **empty},
                    "raw": {"binaryValue": "AAE=", "dataType": "Binary", **empty},
                },
                "md5OfBody": "99914b932bd37a50b983c5e7c90ae93b",
                "eventSource": "aws:sqs",
                "eventSourceARN": "arn:aws:sqs:us-east-1:000000000000:tasks",
                "awsRegion": "us-east-1",
            }
        ]
    }


def test_messages_without_attributes() -> None:
    """A message without attributes has empty ones in the event."""
    message = {"MessageId": "i", "ReceiptHandle": "r", "Body": "b", "MD5OfBody": "m"}
    (record,) = sqs_event([message], queue_arn="a", region="r")["Records"]
    assert record["attributes"] == record["messageAttributes"] == {}
