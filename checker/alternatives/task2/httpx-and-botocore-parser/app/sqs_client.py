"""The queue between the API and the worker: SQS's JSON protocol over httpx, signed and parsed by botocore."""

import asyncio
import json
import os
from typing import Any

import botocore.session
import httpx
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest, HeadersDict
from botocore.parsers import create_parser

from app import logs
from app.config import get_settings

BACKOFF = (1.0, 2.0, 4.0)
SLOW_DOWN = {"RequestThrottled", "ThrottlingException"}


class QueueError(Exception):
    """The queue did not do what it was asked."""


class PassingQueueError(QueueError):
    """One that may be over in a moment."""


class SQSClient:
    """Sends, receives and deletes messages of one SQS queue; all its calls belong to one event loop."""

    def __init__(self) -> None:
        session = botocore.session.get_session()
        region = session.get_config_variable("region")
        self._queue_url = get_settings().sqs_queue_url
        base = os.environ.get("AWS_ENDPOINT_URL") or f"https://sqs.{region}.amazonaws.com"
        self._url = base.rstrip("/") + "/"
        self._model = session.get_service_model("sqs")
        self._parser = create_parser("json")
        credentials = session.get_credentials()
        self._sign = lambda request: SigV4Auth(credentials, "sqs", region).add_auth(request)
        # A connection a call: none can have gone stale between two of them.
        self._http = httpx.AsyncClient(
            limits=httpx.Limits(max_connections=None, max_keepalive_connections=0), timeout=60, trust_env=False
        )

    async def send_message(self, body: dict[str, Any]) -> str:
        """Put `body` on the queue as JSON and return the id that SQS gave the message."""
        answer = await self._insist("SendMessage", MessageBody=json.dumps(body))
        message_id: str = answer["MessageId"]
        return message_id

    async def receive_messages(self, max_messages: int = 1, wait_time_seconds: int = 0) -> list[dict[str, Any]]:
        """Return up to `max_messages`, waiting up to `wait_time_seconds` for the first."""
        answer = await self._insist(
            "ReceiveMessage", MaxNumberOfMessages=max_messages, WaitTimeSeconds=wait_time_seconds
        )
        messages: list[dict[str, Any]] = answer.get("Messages", [])
        return messages

    async def delete_message(self, receipt_handle: str) -> None:
        """Take a received message off the queue."""
        await self._insist("DeleteMessage", ReceiptHandle=receipt_handle)

    async def _insist(self, operation: str, **parameters: Any) -> dict[str, Any]:
        for attempt, delay in enumerate(BACKOFF, 1):
            try:
                return await self._attempt(operation, parameters)
            except PassingQueueError as error:
                logs.write(
                    "WARNING", "queue.retry", cause=str(error), delay_seconds=delay, attempt=attempt + 1, rpc=operation
                )
            await asyncio.sleep(delay)
        return await self._attempt(operation, parameters)

    async def _attempt(self, operation: str, parameters: dict[str, Any]) -> dict[str, Any]:
        request = AWSRequest(
            "POST",
            self._url,
            headers={"Content-Type": "application/x-amz-json-1.0", "X-Amz-Target": f"AmazonSQS.{operation}"},
            data=json.dumps({"QueueUrl": self._queue_url, **parameters}).encode(),
        )
        self._sign(request)
        try:
            answer = await self._http.post(self._url, content=request.data, headers=dict(request.headers.items()))
        except httpx.TransportError as error:
            raise PassingQueueError(repr(error)) from error
        raw = {
            "status_code": answer.status_code,
            "headers": HeadersDict(dict(answer.headers)),
            "body": answer.content,
            "context": {"operation_name": operation},
        }
        if answer.status_code < 300:
            parsed: dict[str, Any] = self._parser.parse(raw, self._model.operation_model(operation).output_shape)
            return parsed
        try:
            code = self._parser.parse(raw, None).get("Error", {}).get("Code")
        except Exception:  # noqa: BLE001  # whatever the body was, the status tells
            code = None
        kind = PassingQueueError if answer.status_code >= 500 or code in SLOW_DOWN else QueueError
        raise kind(f"{answer.status_code} {code}")
