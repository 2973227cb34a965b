"""Sends the messages of tasks that are committed, and of no others."""

import logging
import threading
from types import TracebackType
from typing import Self

from sqlalchemy import select

from app.database import SessionLocal
from app.models import Announcement
from app.sqs_client import SQSClient

LOOK_SECONDS = 1.0  # for what an earlier attempt, or another process, has left
BATCH = 50

logger = logging.getLogger(__name__)


class Announcer:
    """Empties the outbox: when it is asked to, and every second in a thread of its own."""

    def __init__(self, sqs: SQSClient) -> None:
        self._sqs = sqs
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._run, name="announcer", daemon=True)

    def __enter__(self) -> Self:
        """Begin."""
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """End, when what is under way is done."""
        self._over.set()
        self._thread.join()

    def send_due(self) -> None:
        """Send what is committed and not sent yet; what cannot be sent stays for later."""
        try:
            while self._send_some():
                pass
        except Exception:
            logger.exception("messages could not be sent; they stay in the outbox")

    def _run(self) -> None:
        while not self._over.wait(LOOK_SECONDS):
            self.send_due()

    def _send_some(self) -> int:
        """Send what is due, and forget it once it is sent; a crash in between sends it again, which does no harm."""
        with SessionLocal.begin() as db:
            due = select(Announcement).order_by(Announcement.id).limit(BATCH).with_for_update(skip_locked=True)
            found = db.scalars(due).all()
            for announcement in found:
                self._sqs.send_message({"task_id": announcement.task_id})
                db.delete(announcement)
        return len(found)
