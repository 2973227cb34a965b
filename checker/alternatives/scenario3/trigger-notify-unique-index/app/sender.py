"""Sends the messages that the database has noted, whenever it tells of one."""

import asyncio
import logging

import psycopg
from app.config import get_settings
from app.sqs_client import SQSClient

TAKE = (
    "DELETE FROM unsent WHERE task_id IN (SELECT task_id FROM unsent LIMIT 10 FOR UPDATE SKIP LOCKED) RETURNING task_id"
)
logger = logging.getLogger(__name__)


async def send_for_ever(sqs: SQSClient) -> None:
    """Listen until cancelled; begin anew where database or queue fail."""
    while True:
        try:
            await listen(sqs)
        except Exception:
            logger.exception("messages are not sent for a moment")
            await asyncio.sleep(0.5)


async def listen(sqs: SQSClient) -> None:
    """Send what is there, then what is told of."""
    url = get_settings().database_url.replace("+psycopg", "")
    async with await psycopg.AsyncConnection.connect(url, autocommit=True) as connection:
        await connection.execute("LISTEN unsent")
        while True:
            while await send_some(connection, sqs):
                pass
            async for _ in connection.notifies(timeout=2, stop_after=1):
                pass


async def send_some(connection: psycopg.AsyncConnection, sqs: SQSClient) -> int:
    """Send up to ten messages; they stay noted where that fails."""
    async with connection.transaction():
        rows = await (await connection.execute(TAKE)).fetchall()
        for (task_id,) in rows:
            await asyncio.to_thread(sqs.send_message, {"task_id": task_id})
    return len(rows)
