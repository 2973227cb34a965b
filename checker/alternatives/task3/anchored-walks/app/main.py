"""Puts the application together."""

import logging

from fastapi import FastAPI, Request
from fastapi.responses import JSONResponse

from app.config import get_settings
from app.container import Container
from app.database import SessionLocal
from app.tasks.api import router
from app.tasks.cursors import BadCursor
from app.tasks.service import TaskMissing
from app.tasks.storage import UnitOfWorkMiddleware


def create_app() -> FastAPI:
    settings = get_settings()
    logging.basicConfig(level=settings.log_level, format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    app = FastAPI(title="Task service")
    app.state.container = Container(settings)
    app.add_middleware(UnitOfWorkMiddleware, factory=SessionLocal)
    app.include_router(router)

    @app.get("/health")
    async def health() -> dict[str, str]:
        return {"status": "ok"}

    @app.exception_handler(TaskMissing)
    async def missing(_request: Request, _error: TaskMissing) -> JSONResponse:
        return JSONResponse({"detail": "no such task"}, 404)

    @app.exception_handler(BadCursor)
    async def bad_cursor(_request: Request, _error: BadCursor) -> JSONResponse:
        return JSONResponse({"detail": "cursor: not one that this list gave out"}, 400)

    return app


app = create_app()
