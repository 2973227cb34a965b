"""The last requests, in Redis, so that all containers of the API show the same."""

import json
import time
from datetime import UTC, datetime
from uuid import uuid4

import redis.asyncio as redis

from app.config import get_settings

KEY = "activity"
client = redis.from_url(get_settings().redis_url, decode_responses=True)


class Recorder:
    """ASGI middleware: an id for each request, and a note of each in a list of 50."""

    def __init__(self, app):
        self.app = app

    async def __call__(self, scope, receive, send):
        if scope["type"] != "http":
            return await self.app(scope, receive, send)
        started = time.perf_counter()
        request_id = uuid4().hex

        async def send_on(message):
            if message["type"] == "http.response.start":
                message["headers"] = [*message["headers"], (b"x-request-id", request_id.encode())]
                await note(scope, message["status"], time.perf_counter() - started)
            await send(message)

        return await self.app(scope, receive, send_on)


async def note(scope, status, seconds):
    headers = {name: value for name, value in scope["headers"] if name == b"user-agent"}
    query = scope["query_string"].decode("latin-1")
    visit = {
        "at": datetime.now(UTC).isoformat(),
        "method": scope["method"],
        "target": (scope["path"] + (f"?{query}" if query else ""))[:500],
        "agent": headers.get(b"user-agent", b"").decode("latin-1")[:300],
        "status": status,
        "milliseconds": round(seconds * 1000, 2),
    }
    async with client.pipeline(transaction=True) as pipe:
        await pipe.lpush(KEY, json.dumps(visit)).ltrim(KEY, 0, 49).execute()


async def latest():
    return [json.loads(visit) for visit in await client.lrange(KEY, 0, 49)]
