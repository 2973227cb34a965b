"""Keeps the messages of a batch from others for as long as the worker is at it."""

import logging
import threading
from types import TracebackType
from typing import Any, Self

from app.sqs_client import SQSClient

EVERY_SECONDS = 0.7  # well within the shortest visibility timeout, 2 s
EXTEND_SECONDS = 3  # what a message waits for at most when the worker has died

logger = logging.getLogger(__name__)


class Heartbeat:
    """A thread that extends the visibility of every record that has not failed."""

    def __init__(self, records: list[dict[str, Any]]) -> None:
        self._kept = {record["messageId"]: record["receiptHandle"] for record in records}
        self._turn = threading.Lock()
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._run, name="heartbeat", daemon=True)

    def __enter__(self) -> Self:
        """Begin."""
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """End."""
        self._over.set()
        self._thread.join()

    def leave(self, record: dict[str, Any]) -> None:
        """Extend a record no more: it is to come back."""
        with self._turn:
            self._kept.pop(record["messageId"], None)

    def _run(self) -> None:
        sqs: SQSClient | None = None
        while not self._over.wait(EVERY_SECONDS):
            try:
                sqs = sqs or SQSClient()
                self._beat(sqs)
            except Exception:
                logger.exception("the visibility of messages could not be extended")

    def _beat(self, sqs: SQSClient) -> None:
        with self._turn:
            for receipt in self._kept.values():
                sqs.extend_visibility(receipt, EXTEND_SECONDS)
