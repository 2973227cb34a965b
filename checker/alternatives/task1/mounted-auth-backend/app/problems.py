"""Errors as RFC 9457 describes them."""

from http import HTTPStatus
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException


class Problem(JSONResponse):
    """An answer that tells what went wrong."""

    media_type = "application/problem+json"

    def __init__(self, status: int, detail: Any, headers: Any = None) -> None:
        content = {"type": "about:blank", "title": HTTPStatus(status).phrase, "status": int(status), "detail": detail}
        super().__init__(content, status, headers)


def install(app: FastAPI) -> FastAPI:
    """Let an application answer with problems."""

    @app.exception_handler(HTTPException)
    async def http(_: Request, error: HTTPException) -> Problem:
        return Problem(error.status_code, error.detail, error.headers)

    @app.exception_handler(RequestValidationError)
    async def validation(_: Request, error: RequestValidationError) -> Problem:
        return Problem(422, [f"{'.'.join(map(str, e['loc']))}: {e['msg']}" for e in error.errors()])

    return app
