"""The authentication backend in front of the tasks."""

from starlette.authentication import AuthCredentials, AuthenticationBackend, AuthenticationError, BaseUser
from starlette.concurrency import run_in_threadpool
from starlette.requests import HTTPConnection

from app.accounts.models import User
from app.accounts.service import identify
from app.database import SessionLocal
from app.problems import Problem


class Account(BaseUser):
    """Who asks."""

    def __init__(self, user_id: str, name: str) -> None:
        self.user_id, self.name = user_id, name

    is_authenticated = True

    @property
    def display_name(self) -> str:
        return self.name

    @property
    def identity(self) -> str:
        return self.user_id


class BearerBackend(AuthenticationBackend):
    """Demands a token for whatever lies behind it."""

    async def authenticate(self, conn: HTTPConnection) -> tuple[AuthCredentials, BaseUser]:
        scheme, _, raw = conn.headers.get("authorization", "").partition(" ")
        if scheme.lower() != "bearer":
            raise AuthenticationError("no token")
        try:
            account = await run_in_threadpool(find, identify(raw.strip()))
        except ValueError as error:
            raise AuthenticationError("bad token") from error
        if account is None:
            raise AuthenticationError("bad token")
        return AuthCredentials(["tasks"]), account


def find(user_id: str) -> Account | None:
    with SessionLocal() as db:
        user = db.get(User, user_id)
        return user and Account(user.id, user.username)


def refuse(_: HTTPConnection, error: Exception) -> Problem:
    return Problem(401, str(error), {"WWW-Authenticate": 'Bearer realm="tasks", charset="UTF-8"'})
