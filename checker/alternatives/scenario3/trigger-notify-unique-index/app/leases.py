"""One timer a message, which keeps it hidden."""

import logging
import threading
from typing import Any

from app.sqs_client import SQSClient

logger = logging.getLogger(__name__)


def keep(sqs: SQSClient, record: dict[str, Any], over: threading.Event) -> None:
    """Extend a message until `over`, in a thread of its own."""

    def run() -> None:
        while not over.wait(1.0):
            try:
                sqs.extend_visibility(record["receiptHandle"], 4)
            except Exception:
                logger.exception("not extended")

    threading.Thread(target=run, daemon=True).start()
