"""Announces tasks: once after the commit, and again for as long as they stay pending. No table is needed for that."""

import asyncio
import logging
import time

from sqlalchemy import func, select

from app.database import SessionLocal
from app.models import Task
from app.sqs_client import SQSClient

AGAIN_SECONDS = 3.0  # a message that is on its way already does no harm: the worker completes a task once
LOOK_SECONDS = 1.0

logger = logging.getLogger(__name__)


class Announcer:
    """Sends the messages of tasks."""

    def __init__(self, sqs: SQSClient) -> None:
        self._sqs = sqs
        self._sent: dict[int, float] = {}  # when a task was last announced, by this process

    def announce(self, task_id: int) -> None:
        """Try to send the message of a task; where that fails it is sent later, as the task stays pending."""
        try:
            self._sqs.send_message({"task_id": task_id})
            self._sent[task_id] = time.monotonic()
        except Exception:
            logger.exception("task %s could not be announced; it will be tried again", task_id)

    async def run(self) -> None:
        """Look after pending tasks until this is cancelled."""
        while True:
            await asyncio.sleep(LOOK_SECONDS)
            try:
                await asyncio.to_thread(self.announce_pending)
            except Exception:
                logger.exception("pending tasks could not be looked up")

    def announce_pending(self) -> None:
        """Announce every task that is pending, and was not announced lately."""
        overdue = func.now() - func.make_interval(0, 0, 0, 0, 0, 0, AGAIN_SECONDS)
        with SessionLocal() as db:
            pending = db.scalars(select(Task.id).where(Task.status == "pending", Task.created_at < overdue)).all()
        lately = time.monotonic() - AGAIN_SECONDS
        self._sent = {task_id: at for task_id, at in self._sent.items() if at > lately}
        for task_id in pending:
            if task_id not in self._sent:
                self.announce(task_id)
