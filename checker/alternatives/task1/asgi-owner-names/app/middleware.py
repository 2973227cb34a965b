"""The door in front of the tasks: a plain ASGI middleware, so it comes before routing and validation."""

from dataclasses import dataclass
from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi
from jose import JWTError, jwt
from sqlalchemy import select
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import Headers
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from app.config import get_settings
from app.database import SessionLocal
from app.models import User


@dataclass(frozen=True)
class Identity:
    username: str


class BearerMiddleware:
    def __init__(self, app: ASGIApp, prefix: str) -> None:
        self.app = app
        self.prefix = prefix

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and self.guards(scope["path"]):
            identity = await run_in_threadpool(identify, Headers(scope=scope).get("authorization", ""))
            if identity is None:
                await refuse()(scope, receive, send)
                return
            scope["user"] = identity
        await self.app(scope, receive, send)

    def guards(self, path: str) -> bool:
        return path == self.prefix or path.startswith(self.prefix + "/")


def refuse() -> JSONResponse:
    return JSONResponse(
        {"detail": "Authentication credentials were not provided or are invalid."},
        status_code=401,
        headers={"WWW-Authenticate": 'Bearer realm="tasks"'},
    )


def identify(header: str) -> Identity | None:
    scheme, _, token = header.partition(" ")
    if scheme.lower() != "bearer":
        return None
    try:
        claims = jwt.decode(
            token.strip(),
            get_settings().jwt_secret,
            algorithms=["HS256"],
            options={"require_exp": True, "require_sub": True, "leeway": 10},
        )
    except (JWTError, AttributeError):
        return None
    if claims.get("token_type") != "access":
        return None
    with SessionLocal() as db:
        known = db.scalar(select(User.username).where(User.username == claims["sub"]))
    return Identity(known) if known else None


def declare_security(app: FastAPI, prefix: str) -> None:
    def openapi() -> dict[str, Any]:
        if app.openapi_schema is None:
            schema = get_openapi(title=app.title, version=app.version, routes=app.routes)
            schema["components"].setdefault("securitySchemes", {})["jwt"] = {
                "type": "http",
                "scheme": "bearer",
                "bearerFormat": "JWT",
            }
            for path, operations in schema["paths"].items():
                if path.startswith(prefix):
                    for operation in operations.values():
                        operation["security"] = [{"jwt": []}]
            app.openapi_schema = schema
        return app.openapi_schema

    app.openapi = openapi  # type: ignore[method-assign]
