"""An answer that brings its session along, and closes it whatever becomes of the client."""

import anyio
from fastapi.responses import StreamingResponse
from sqlalchemy import select

from app.database import SessionLocal
from app.models import Task
from app.rendering import serialise


class Export(StreamingResponse):
    media_type = "application/x-ndjson"

    def __init__(self) -> None:
        self.db = SessionLocal()
        super().__init__(self.lines())

    def lines(self):
        for task in self.db.scalars(select(Task).order_by(Task.id).execution_options(yield_per=100)):
            yield serialise(task) + b"\n"

    async def __call__(self, scope, receive, send) -> None:
        try:
            await super().__call__(scope, receive, send)
        finally:
            with anyio.CancelScope(shield=True):
                await anyio.to_thread.run_sync(self.db.close)
