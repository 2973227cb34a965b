"""The HTTP API."""

import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import FastAPI

from app.config import get_settings
from app.tasks import routes as tasks
from app.users import routes as users


@asynccontextmanager
async def lifespan(_app: FastAPI) -> AsyncIterator[None]:
    logging.basicConfig(level=get_settings().log_level, format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    tasks.get_sqs()
    yield


def create_app() -> FastAPI:
    """Put the application together."""
    app = FastAPI(title="Task service", lifespan=lifespan)
    app.add_api_route("/health", lambda: {"status": "ok"}, methods=["GET"])
    app.include_router(users.router)
    app.include_router(tasks.router)
    return app


app = create_app()
