"""The HTTP API, put together."""

import logging
from functools import lru_cache

from fastapi import FastAPI

from app.config import get_settings
from app.database import SessionLocal
from app.sqs_client import SQSClient
from taskservice.meter import Meter
from taskservice.streams import TaskStreams
from taskservice.views import TaskViews


def create_app() -> FastAPI:
    """Return the application."""
    logging.basicConfig(level=get_settings().log_level, format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    views = TaskViews(SessionLocal, lru_cache(SQSClient), TaskStreams(get_settings().redis_url), Meter())
    application = FastAPI(title="Task service")
    application.include_router(views.router())
    return application


app = create_app()
