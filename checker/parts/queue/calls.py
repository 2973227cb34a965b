"""Reads what an HTTP request asks of SQS, and what the answer named: in the JSON and in the query protocol."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Literal
from urllib.parse import parse_qs
from xml.etree import ElementTree as ET

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from checker.parts.queue.wire import Request, Response

Protocol = Literal["json", "query"]
UNKNOWN = "unknown"
TARGET_PREFIX = "AmazonSQS."
MAX_FORM_FIELDS = 1000  # ten entries with ten attributes of five fields each stay below
DATA_OPERATIONS = frozenset(
    {"SendMessage", "SendMessageBatch", "ReceiveMessage", "DeleteMessage", "DeleteMessageBatch"}
)
OPERATIONS = DATA_OPERATIONS | {
    "AddPermission",
    "ChangeMessageVisibility",
    "ChangeMessageVisibilityBatch",
    "CreateQueue",
    "DeleteQueue",
    "GetQueueAttributes",
    "GetQueueUrl",
    "ListQueueTags",
    "ListQueues",
    "PurgeQueue",
    "RemovePermission",
    "SetQueueAttributes",
    "TagQueue",
    "UntagQueue",
}
_BATCH_FIELD = re.compile(r"\w+BatchRequestEntry\.(\d{1,3})\.(Id|MessageBody|ReceiptHandle)")
_NAMESPACE = "{http://queue.amazonaws.com/doc/2012-11-05/}"


@dataclass(frozen=True, slots=True)
class Entry:
    """One message of an operation on several: what the request (batches) or the answer (receives) said of it."""

    id: str | None = None
    body: str | None = None
    task_id: int | None = None
    receipt_handle: str | None = None
    message_id: str | None = None


@dataclass(frozen=True, slots=True)
class Call:
    """What a request asks for. `operation` is `unknown` where it is not SQS's, `readable` says whether its form is."""

    protocol: Protocol
    operation: str
    queue: str | None = None
    body: str | None = None
    receipt_handle: str | None = None
    entries: tuple[Entry, ...] = ()
    readable: bool = True

    @property
    def messages(self) -> tuple[str, ...]:
        """What tells this call's messages from others: the bodies that it sends, or the receipts that it deletes."""
        named = (self.body or self.receipt_handle, *(entry.body or entry.receipt_handle for entry in self.entries))
        return tuple(text for text in named if text is not None)


def task_id_of(body: str | None) -> int | None:
    """Return the `task_id` of a message body that is a JSON object with an int under that name, else null."""
    try:
        document = json.loads(body or "")
    except (ValueError, RecursionError):
        return None
    value = document.get("task_id") if isinstance(document, dict) else None
    return value if isinstance(value, int) and not isinstance(value, bool) else None


def read_call(request: Request) -> Call:
    """Tell what `request` asks for; never raises, whatever the bytes."""
    target = request.headers.get("x-amz-target")
    if target is not None:
        return _read_json(request, target)
    return _read_query(request)


def read_answer(call: Call, response: Response) -> tuple[str | None, tuple[Entry, ...]]:
    """Return the message id and the entries that a successful `response` of the emulator named."""
    if call.operation not in DATA_OPERATIONS or response.status != 200:  # noqa: PLR2004 - HTTP's OK
        return None, call.entries
    answer = json.loads(response.body) if call.protocol == "json" else _document(response.body)
    if call.operation == "ReceiveMessage":
        return None, tuple(_received(message) for message in answer.get("Messages", []))
    stored = {item["Id"]: item.get("MessageId") for item in answer.get("Successful", [])}
    entries = tuple(replace(entry, message_id=stored.get(entry.id)) for entry in call.entries)
    return answer.get("MessageId"), entries


def _read_json(request: Request, target: str) -> Call:
    operation = target.removeprefix(TARGET_PREFIX)
    if not target.startswith(TARGET_PREFIX) or operation not in OPERATIONS:
        return Call("json", UNKNOWN)
    try:
        fields = json.loads(request.body or b"{}")
    except (ValueError, RecursionError):
        fields = None
    if not isinstance(fields, dict):
        return Call("json", operation, readable=False)
    entries = fields.get("Entries")
    items = entries if isinstance(entries, list) else []
    return _call("json", operation, request.path, fields, [item for item in items if isinstance(item, dict)])


def _read_query(request: Request) -> Call:
    try:
        form = f"{request.query}&{request.body.decode()}"
        fields = {name: values[-1] for name, values in parse_qs(form, max_num_fields=MAX_FORM_FIELDS).items()}
    except ValueError:
        return Call("query", UNKNOWN, readable=False)
    operation = fields.get("Action", "")
    if operation not in OPERATIONS:
        return Call("query", UNKNOWN)
    return _call("query", operation, request.path, fields, list(_form_entries(fields)))


def _form_entries(fields: Mapping[str, str]) -> Iterator[dict[str, str]]:
    entries: dict[int, dict[str, str]] = {}
    for name, value in fields.items():
        if match := _BATCH_FIELD.fullmatch(name):
            entries.setdefault(int(match[1]), {})[match[2]] = value
    return (entries[number] for number in sorted(entries))


def _call(
    protocol: Protocol, operation: str, path: str, fields: Mapping[str, Any], entries: list[dict[str, Any]]
) -> Call:
    return Call(
        protocol,
        operation,
        queue=(_text(fields, "QueueUrl") or path).rpartition("/")[2] or None,
        body=_text(fields, "MessageBody"),
        receipt_handle=_text(fields, "ReceiptHandle"),
        entries=tuple(_entry(item) for item in entries),
    )


def _entry(item: Mapping[str, Any]) -> Entry:
    body = _text(item, "MessageBody")
    return Entry(_text(item, "Id"), body, task_id_of(body), _text(item, "ReceiptHandle"))


def _received(message: Mapping[str, str]) -> Entry:
    body = message["Body"]
    return Entry(None, body, task_id_of(body), message["ReceiptHandle"], message["MessageId"])


def _text(fields: Mapping[str, Any], name: str) -> str | None:
    value = fields.get(name)
    return value if isinstance(value, str) else None


def _document(body: bytes) -> dict[str, Any]:
    """Bring the emulator's own XML answer into the shape of its JSON one, as far as `read_answer` looks at it."""
    root = ET.fromstring(body)  # noqa: S314 - written by the emulator in this process, which escapes what it echoes
    document: dict[str, Any] = {
        "Messages": [_children(node) for node in root.iter(f"{_NAMESPACE}Message")],
        "Successful": [_children(node) for node in root.iter() if node.tag.endswith("BatchResultEntry")],
    }
    message_id = root.findtext(f"{_NAMESPACE}SendMessageResult/{_NAMESPACE}MessageId")
    return {**document, "MessageId": message_id}


def _children(node: ET.Element) -> dict[str, str]:
    return {child.tag.removeprefix(_NAMESPACE): child.text or "" for child in node}
