"""The HTTP API: an application made of features."""

import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import FastAPI

from app.config import get_settings
from app.infra.pg import get_pool
from app.tasks.router import get_sqs, router


@asynccontextmanager
async def lifespan(_app: FastAPI) -> AsyncIterator[None]:
    """Prepare what requests share."""
    logging.basicConfig(level=get_settings().log_level, format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    get_sqs()
    get_pool()
    yield
    get_pool().close()
    get_pool.cache_clear()


def create_app() -> FastAPI:
    """Put the features together."""
    app = FastAPI(title="Task service", lifespan=lifespan)
    app.include_router(router)

    @app.get("/health")
    def health() -> dict[str, str]:
        """Tell that the process is up."""
        return {"status": "ok"}

    return app


app = create_app()
