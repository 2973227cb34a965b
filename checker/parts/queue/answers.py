"""The error answers of SQS, in the protocol of the request and as AWS shapes them."""

from __future__ import annotations

import json
from dataclasses import dataclass
from http import HTTPStatus
from typing import TYPE_CHECKING
from uuid import uuid4
from xml.sax.saxutils import escape

from checker.parts.queue.faults import Deny, Malformed, ServerError, Throttle, UnknownQueue
from checker.parts.queue.wire import Response

if TYPE_CHECKING:
    from checker.parts.queue.calls import Protocol

Answered = Deny | Malformed | ServerError | Throttle | UnknownQueue


@dataclass(frozen=True, slots=True)
class ErrorShape:
    """One error: the code that boto3 shows, the shape that the JSON protocol names, the status, the text."""

    code: str
    shape: str
    status: int
    message: str


DENIED = ErrorShape(
    "AccessDenied",
    "com.amazon.coral.service#AccessDeniedException",
    403,
    "Access to the resource https://sqs.us-east-1.amazonaws.com/ is denied.",
)
NO_QUEUE = ErrorShape(
    "AWS.SimpleQueueService.NonExistentQueue",
    "com.amazonaws.sqs#QueueDoesNotExist",
    400,
    "The specified queue does not exist.",
)
INVALID_VALUE = ErrorShape(
    "InvalidParameterValue",
    "com.amazonaws.sqs#InvalidParameterValueException",
    400,
    "One or more parameters cannot be validated.",
)
UNREADABLE = ErrorShape(
    "MalformedInput", "com.amazon.coral.service#SerializationException", 400, "The request cannot be read."
)
INVALID_ACTION = ErrorShape(
    "InvalidAction",
    "com.amazon.coral.service#InvalidAction",
    400,
    "The action or operation requested is not valid for this endpoint.",
)
OVER_LIMIT = ErrorShape(
    "OverLimit", "com.amazonaws.sqs#OverLimit", 403, "This endpoint takes no more messages in this run."
)
INTERNAL = ErrorShape("InternalFailure", "com.amazon.coral.service#InternalFailure", 500, "The request failed.")
_MALFORMED = {"InvalidParameterValue": INVALID_VALUE, "MalformedInput": UNREADABLE}
_THROTTLE_SHAPES = {
    "RequestThrottled": ("com.amazonaws.sqs#RequestThrottled", "The request is throttled."),
    "ThrottlingException": ("com.amazon.coral.availability#ThrottlingException", "Rate exceeded"),
}


def fault_answer(fault: Answered, protocol: Protocol) -> Response:
    """Return the answer that `fault` orders."""
    if isinstance(fault, ServerError):
        return _server_error(fault, protocol)
    return error_answer(_shape(fault), protocol)


def error_answer(error: ErrorShape, protocol: Protocol) -> Response:
    """Return `error` as AWS answers it in `protocol`."""
    fault = "Sender" if error.status < HTTPStatus.INTERNAL_SERVER_ERROR else "Receiver"
    request_id = str(uuid4())
    if protocol == "json":
        body = json.dumps({"__type": error.shape, "message": error.message}).encode()
        headers = {"Content-Type": "application/x-amz-json-1.0", "x-amzn-query-error": f"{error.code};{fault}"}
    else:
        body = (
            '<?xml version="1.0"?><ErrorResponse xmlns="http://queue.amazonaws.com/doc/2012-11-05/">'
            f"<Error><Type>{fault}</Type><Code>{escape(error.code)}</Code>"
            f"<Message>{escape(error.message)}</Message><Detail/></Error>"
            f"<RequestId>{request_id}</RequestId></ErrorResponse>"
        ).encode()
        headers = {"Content-Type": "text/xml"}
    return Response(error.status, {**headers, "x-amzn-RequestId": request_id}, body)


def _shape(fault: Deny | Malformed | Throttle | UnknownQueue) -> ErrorShape:
    if isinstance(fault, Throttle):
        shape, message = _THROTTLE_SHAPES[fault.code]
        return ErrorShape(fault.code, shape, fault.status, message)
    if isinstance(fault, Malformed):
        return _MALFORMED[fault.code]
    return DENIED if isinstance(fault, Deny) else NO_QUEUE


def _server_error(fault: ServerError, protocol: Protocol) -> Response:
    phrase = HTTPStatus(fault.status).phrase
    if fault.body == "empty":
        return Response(fault.status)
    if fault.body == "html":
        page = f"<html><head><title>{fault.status}</title></head><body><h1>{fault.status} {phrase}</h1></body></html>"
        return Response(fault.status, {"Content-Type": "text/html"}, page.encode())
    code = phrase.replace(" ", "")
    return error_answer(ErrorShape(code, f"com.amazon.coral.service#{code}", fault.status, phrase), protocol)
