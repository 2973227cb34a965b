"""The HTTP API: puts the parts together."""

from fastapi import FastAPI, Request
from fastapi.responses import JSONResponse

from app.logging_config import configure
from app.routers import health, tasks
from app.services.tasks import TaskMissing
from app.sqs_client import QueueUnavailable

configure()


def create_app() -> FastAPI:
    app = FastAPI(title="Task service")
    app.include_router(health.router)
    app.include_router(tasks.router)
    app.add_exception_handler(TaskMissing, answer(404, "no such task"))
    app.add_exception_handler(QueueUnavailable, answer(503, "the queue is unavailable"))
    return app


def answer(status: int, detail: str):
    def handle(_request: Request, _error: Exception) -> JSONResponse:
        return JSONResponse({"detail": detail}, status)

    return handle


app = create_app()
