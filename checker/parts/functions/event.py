"""The two translations of an SQS event source mapping: messages to an event, and a response to what failed.

Pure functions. The rules are AWS's, from "Using Lambda with Amazon SQS" and "Handling errors for an SQS event
source in Lambda" (success and failure conditions of partial batch responses).
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

EVENT_SOURCE: Final = "aws:sqs"
FIRST_LETTER_ATTRIBUTES: Final = ("StringValue", "BinaryValue", "DataType")  # an event spells them stringValue, …


@dataclass(frozen=True)
class BatchResult:
    """What a response says of its batch: the ids that come back, and why the whole batch does, where it does."""

    failed_ids: tuple[str, ...] = ()
    reason: str | None = None


class BadResponseError(ValueError):
    """The response is none that a batch can be judged by, so that all of the batch comes back."""


def sqs_event(messages: Sequence[Mapping[str, Any]], *, queue_arn: str, region: str) -> dict[str, Any]:
    """Return the event that Lambda makes of `messages`, given as `ReceiveMessage` returns them."""
    return {"Records": [_record(message, queue_arn, region) for message in messages]}


def batch_result(response: bytes, message_ids: Collection[str]) -> BatchResult:
    """Return which of `message_ids` the handler's `response` sends back, under `ReportBatchItemFailures`.

    No response, null, an empty one, and one whose `batchItemFailures` is absent, null or empty are a complete
    success. Bytes that are no JSON, and a failure that names none of the batch's messages, are a complete failure;
    `reason` then says what was wrong.
    """
    try:
        return BatchResult(tuple(dict.fromkeys(_identifiers(_parse(response), message_ids))))
    except BadResponseError as error:
        return BatchResult(tuple(message_ids), str(error))


def _record(message: Mapping[str, Any], queue_arn: str, region: str) -> dict[str, Any]:
    return {
        "messageId": message["MessageId"],
        "receiptHandle": message["ReceiptHandle"],
        "body": message["Body"],
        "attributes": dict(message.get("Attributes", {})),
        "messageAttributes": {
            name: _attribute(value) for name, value in (message.get("MessageAttributes") or {}).items()
        },
        "md5OfBody": message["MD5OfBody"],
        "eventSource": EVENT_SOURCE,
        "eventSourceARN": queue_arn,
        "awsRegion": region,
    }


def _attribute(value: Mapping[str, Any]) -> dict[str, Any]:
    renamed = {name[0].lower() + name[1:]: value[name] for name in FIRST_LETTER_ATTRIBUTES if name in value}
    return {"stringListValues": [], "binaryListValues": [], **renamed}


def _parse(response: bytes) -> Any:
    if not response.strip():
        return None
    try:
        return json.loads(response, parse_constant=_refuse_constant)
    except (ValueError, RecursionError) as error:
        raise BadResponseError(f"the response is not valid JSON: {error}") from error


def _refuse_constant(name: str) -> None:
    raise ValueError(f"{name} is not JSON")


def _identifiers(response: Any, message_ids: Collection[str]) -> list[str]:
    failures = response.get("batchItemFailures") if isinstance(response, dict) else None
    if failures is None:
        return []
    if not isinstance(failures, list):
        raise BadResponseError("batchItemFailures is not a list")
    return [_identifier(item, message_ids) for item in failures]


def _identifier(item: Any, message_ids: Collection[str]) -> str:
    if not isinstance(item, dict) or "itemIdentifier" not in item:
        raise BadResponseError("an entry of batchItemFailures has no itemIdentifier")
    identifier = item["itemIdentifier"]
    if not isinstance(identifier, str) or not identifier:
        raise BadResponseError("an itemIdentifier is empty, null or no string")
    if identifier not in message_ids:
        raise BadResponseError(f"the itemIdentifier {identifier[:100]!r} is none of this batch")
    return identifier
