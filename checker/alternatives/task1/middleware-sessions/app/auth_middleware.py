"""A pure ASGI middleware: nothing under /tasks is reached without a session that is still in the table."""

import uuid

import jwt
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import Headers
from starlette.responses import JSONResponse

from app.config import get_settings
from app.database import SessionLocal
from app.models import LoginSession

ISSUER = "https://tasks.example"
AUDIENCE = ["tasks-api"]


class AuthMiddleware:
    def __init__(self, app):
        self.app = app

    async def __call__(self, scope, receive, send):
        if scope["type"] != "http" or not (scope["path"] == "/tasks" or scope["path"].startswith("/tasks/")):
            return await self.app(scope, receive, send)
        user_id = await run_in_threadpool(self.identify, Headers(scope=scope).get("authorization"))
        if user_id is None:
            headers = {"WWW-Authenticate": 'Bearer realm="tasks", error="invalid_token"'}
            response = JSONResponse({"error": {"code": "unauthenticated"}, "detail": "log in first"}, 401, headers)
            return await response(scope, receive, send)
        scope.setdefault("state", {})["user_id"] = user_id
        return await self.app(scope, receive, send)

    @staticmethod
    def identify(header):
        if not header or not header.startswith("Bearer "):
            return None
        try:
            claims = jwt.decode(
                header[7:],
                get_settings().jwt_secret,
                algorithms=["HS256"],
                audience="tasks-api",
                issuer=ISSUER,
                leeway=10,
                options={"require": ["exp", "iat", "nbf", "jti", "sub", "aud", "iss"]},
            )
            jti = uuid.UUID(claims["jti"])
        except (jwt.PyJWTError, ValueError):
            return None
        with SessionLocal() as db:
            session = db.get(LoginSession, jti)
            if session is None or str(session.user_id) != claims["sub"]:
                return None
            return session.user_id
