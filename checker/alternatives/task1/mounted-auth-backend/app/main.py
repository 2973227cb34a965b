"""The HTTP API: two applications mounted into a third, which has the health check and the document of all."""

import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi

from app.accounts.api import api as accounts_api
from app.config import get_settings
from app.todo.api import api as tasks_api
from app.todo.api import shared_queue


@asynccontextmanager
async def lifespan(_: FastAPI) -> AsyncIterator[None]:
    """Mounted applications have no lifespan of their own."""
    logging.basicConfig(level=get_settings().log_level, format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    shared_queue()
    yield


app = FastAPI(title="Task service", lifespan=lifespan)


@app.get("/health")
async def health() -> dict[str, str]:
    return {"status": "ok"}


def document() -> dict[str, Any]:
    """Merge the documents of the three applications."""
    if app.openapi_schema is None:
        whole, parts = FastAPI.openapi(app), {"/auth": accounts_api, "": tasks_api}
        for prefix, part in parts.items():
            one = get_openapi(title=part.title, version=part.version, routes=part.routes)
            whole["paths"] |= {prefix + path: item for path, item in one["paths"].items()}
            for kind, named in one.get("components", {}).items():
                whole.setdefault("components", {}).setdefault(kind, {}).update(named)
        app.openapi_schema = whole
    return app.openapi_schema


app.openapi = document  # type: ignore[method-assign]
app.mount("/auth", accounts_api)
app.mount("", tasks_api)
