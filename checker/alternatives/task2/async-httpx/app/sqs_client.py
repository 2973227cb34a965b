"""An asyncio client of one SQS queue: SQS's JSON protocol over httpx, signed by botocore."""

from __future__ import annotations

import asyncio
import json
import logging
from typing import Any

import httpx
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.session import Session

from app.config import get_settings

log = logging.getLogger("app.sqs")

MAX_RETRIES = 3
BASE_DELAY = 1.0
THROTTLED = {"RequestThrottled", "ThrottlingException"}


class SQSError(Exception):
    """SQS refused, or could not be reached."""


class RetryableSQSError(SQSError):
    pass


class SQSClient:
    def __init__(self) -> None:
        settings = get_settings()
        self._queue_url = settings.sqs_queue_url
        self._endpoint = settings.sqs_endpoint
        self._signer = SigV4Auth(Session().get_credentials(), "sqs", settings.aws_default_region)
        # Longer than the longest poll, which SQS answers after 20 s.
        self._http = httpx.AsyncClient(timeout=httpx.Timeout(60, connect=10), trust_env=False)

    async def send_message(self, body: dict[str, Any]) -> str:
        answer = await self._call("SendMessage", MessageBody=json.dumps(body, separators=(",", ":")))
        return answer["MessageId"]

    async def receive_messages(self, max_messages: int = 1, wait_time_seconds: int = 0) -> list[dict[str, Any]]:
        answer = await self._call(
            "ReceiveMessage", MaxNumberOfMessages=max_messages, WaitTimeSeconds=wait_time_seconds
        )
        return answer.get("Messages", [])

    async def delete_message(self, receipt_handle: str) -> None:
        await self._call("DeleteMessage", ReceiptHandle=receipt_handle)

    async def aclose(self) -> None:
        await self._http.aclose()

    async def _call(self, action: str, **fields: Any) -> dict[str, Any]:
        attempt = 0
        while True:
            try:
                return await self._once(action, fields)
            except RetryableSQSError as error:
                if attempt == MAX_RETRIES:
                    log.error("%s failed for good, it was tried %d times", action, attempt + 1)
                    raise
                delay = BASE_DELAY * 2**attempt
                attempt += 1
                log.warning("%s failed (%s), retry #%d follows in %.1f seconds", action, error, attempt, delay)
                await asyncio.sleep(delay)

    async def _once(self, action: str, fields: dict[str, Any]) -> dict[str, Any]:
        request = AWSRequest(
            "POST",
            self._endpoint,
            headers={"Content-Type": "application/x-amz-json-1.0", "X-Amz-Target": f"AmazonSQS.{action}"},
            data=json.dumps({"QueueUrl": self._queue_url, **fields}),
        )
        self._signer.add_auth(request)
        try:
            answer = await self._http.post(self._endpoint, headers=dict(request.headers), content=request.data)
        except httpx.TransportError as error:
            raise RetryableSQSError(type(error).__name__) from error
        if answer.is_success:
            return answer.json() if answer.content else {}
        code = error_code(answer)
        kind = RetryableSQSError if answer.is_server_error or code in THROTTLED else SQSError
        raise kind(f"status {answer.status_code} {code}".strip())


def error_code(answer: httpx.Response) -> str:
    """The error code: from the header that SQS sends for old clients, else from the body, else nothing."""
    header = answer.headers.get("x-amzn-query-error", "")
    if header:
        return header.split(";")[0]
    try:
        return str(answer.json().get("__type", "")).rpartition("#")[2]
    except (ValueError, AttributeError):
        return ""
