"""Users of the service, as task 1 promises them: registered, logged in, with a client that sends their token."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from checker.kit.http import Client, Reply

if TYPE_CHECKING:
    from concurrent.futures import Future


@dataclass
class Account:
    """A user, and what the service answered: to registering, and to logging in."""

    name: str
    password: str
    registered: Reply
    logged_in: Reply
    token: str | None
    client: Client = field(repr=False)


def open_account(base: str, name: str, password: str) -> Account:
    """Register and log in. Nothing is judged: `token` is None where none came."""
    registered = register(base, name, password).result()
    return log_in(base, name, password, registered)


def log_in(base: str, name: str, password: str, registered: Reply, headers: dict[str, str] | None = None) -> Account:
    """Log in a user who is registered, with further headers if there are any."""
    logged_in = ask_for_token(base, name, password, headers).result()
    token = token_of(logged_in)
    return Account(name, password, registered, logged_in, token, client_with(base, token))


def register(base: str, name: str, password: str) -> Future[Reply]:
    """Ask for a new user."""
    return Client(base).start("POST", "/auth/register", json={"username": name, "password": password})


def ask_for_token(base: str, name: str, password: str, headers: dict[str, str] | None = None) -> Future[Reply]:
    """Ask for a token, as a form."""
    form = {"grant_type": "password", "username": name, "password": password}
    return Client(base, headers or {}).start("POST", "/auth/token", data=form)


def client_with(base: str, token: str | None) -> Client:
    """Return a client that sends a token, or none."""
    return Client(base, {} if token is None else {"Authorization": f"Bearer {token}"})


def token_of(reply: Reply) -> str | None:
    """Return the token that a reply holds, whatever its status; None where it holds none that can be sent."""
    try:
        body = reply.json() if reply.body else None
    except AssertionError:
        return None
    token = body.get("access_token") if isinstance(body, dict) else None
    return token if isinstance(token, str) and token.isascii() and token.isprintable() and token else None
