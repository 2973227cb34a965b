"""The worker, asynchronous inside: one event loop for the life of the process."""

import asyncio
import json
from typing import Any

from sqlalchemy import update

from app import tasks_cache
from app.database import SessionLocal
from app.models import Task

loop = asyncio.new_event_loop()


def lambda_handler(event: dict[str, Any], context: object) -> dict[str, Any]:
    failed = loop.run_until_complete(handle(event["Records"]))
    return {"batchItemFailures": [{"itemIdentifier": message_id} for message_id in failed]}


async def handle(records: list[dict[str, Any]]) -> list[str]:
    results = await asyncio.gather(*[process(record) for record in records], return_exceptions=True)
    return [r["messageId"] for r, result in zip(records, results, strict=True) if isinstance(result, BaseException)]


async def process(record: dict[str, Any]) -> None:
    task_id = int(json.loads(record["body"])["task_id"])
    for status in ("processing", "completed"):
        async with SessionLocal.begin() as db:
            await db.execute(update(Task).where(Task.id == task_id).values(status=status))
        await tasks_cache.forget(task_id)
