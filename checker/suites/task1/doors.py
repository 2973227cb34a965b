"""Knocking at every endpoint with what must not open it."""

from __future__ import annotations

import secrets
import time
from dataclasses import dataclass, field
from itertools import chain, cycle
from typing import TYPE_CHECKING, Any, Final

from checker.kit.http import Client
from checker.kit.tokens import DIGESTS, Forger, encode, read_token, write_part

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from checker.kit.accounts import Account
    from checker.kit.http import Reply

EXPIRED_SECONDS: Final = 65  # ago: the contract lets a token be good for 60 s more
UNKNOWN_ID: Final = 987_654_321
AT_ONCE: Final = 8

NO_TOKEN: Final = {
    "no token": None,
    "no token after `Bearer`": "Bearer",
    "another kind of credentials": "Basic d2hvOmtub3dz",
}


@dataclass(frozen=True)
class Door:
    """A request to an endpoint; `first` where something else is wrong with it that must not be answered first."""

    method: str
    path: str
    body: Any = None
    first: str = ""


@dataclass(frozen=True)
class Knock:
    """One request that has to be answered with 401, and its answer."""

    door: Door
    what: str  # is wrong with its token
    reply: Reply


@dataclass
class Keys:
    """What does not open a door, by what is wrong with it: values of `Authorization`, None for none."""

    malformed: dict[str, str] = field(default_factory=dict)
    altered: dict[str, str] = field(default_factory=dict)
    expired: dict[str, str] = field(default_factory=dict)
    endless: dict[str, str] = field(default_factory=dict)
    unsigned: dict[str, str] = field(default_factory=dict)
    other_key: dict[str, str] = field(default_factory=dict)
    other_algorithm: dict[str, str] = field(default_factory=dict)


def keys_for(account: Account, secret: str) -> Keys:
    """Forge everything that can be made of a user's token; what is no JWT cannot be forged."""
    keys = Keys(malformed=malformed(account.token))
    try:
        token = read_token(account.token or "")
    except ValueError:
        return keys
    forger = Forger(token, secret.encode())
    keys.altered = {
        "a token with another `sub` under the old signature": forger.altered(),
        "a token whose signature was cut off": forger.stripped(),
    }
    gone = int(time.time()) - EXPIRED_SECONDS
    keys.expired = {f"a token that expired {EXPIRED_SECONDS} s ago": forger.with_claims(exp=gone)}
    keys.endless = {"a token without `exp`": forger.with_claims(exp=None)}
    keys.unsigned = {
        "an unsigned token (`alg` is `none`)": forger.unsigned(),
        "an unsigned token (`alg` is `None`)": forger.unsigned("None"),
        "an unsigned token (`alg` is `NONE`)": forger.unsigned("NONE"),
        "a token whose `alg` is `none`, with its old signature": forger.unsigned_but_for_show(),
    }
    keys.other_key = {
        "a token signed with another key of the same length": forger.with_key(another(secret)),
        "a token signed with the empty key": forger.with_key(b""),
    }
    keys.other_algorithm = {
        f"a token signed with the right key by {name}": forger.with_algorithm(name)
        for name in DIGESTS
        if name != token.header.get("alg") and name != "HS256"
    }
    keys.other_algorithm["a token that says RS256"] = forger.with_rsa()
    return keys


def another(secret: str) -> bytes:
    """Return a key of the same length."""
    return secrets.token_hex(len(secret))[: len(secret)].encode()


def malformed(token: str | None) -> dict[str, str]:
    """Return what is no token at all, and what is left of one when parts of it are."""
    made = {
        "a word for a token": "letmein",
        "three words for a token": "let.me.in",
        "a token whose header is no JSON": f"{encode(b'header')}.{write_part({'sub': '1'})}.{encode(b'signature')}",
        "a token whose header is a JSON array": f"{write_part([])}.{write_part({})}.{encode(b'signature')}",
    }
    if token is not None and token.count(".") == 2:
        made["a token without its third part"] = token.rpartition(".")[0]
    return made


def doors(task_id: int) -> list[Door]:
    """Return a good request to each endpoint, about a task that is there."""
    path = f"/tasks/{task_id}"
    return [
        Door("GET", "/tasks"),
        Door("POST", "/tasks", {"title": made_up_title()}),
        Door("GET", path),
        Door("PUT", path, {"title": made_up_title()}),
        Door("DELETE", path),
    ]


def wrong_doors(task_id: int) -> list[Door]:
    """Return requests that would be answered with 404 or 422 if they came with a good token, and filtered lists."""
    unknown, known = f"/tasks/{UNKNOWN_ID}", f"/tasks/{task_id}"
    return [
        Door("GET", "/tasks?status=pending", first="with a filter"),
        Door("GET", "/tasks?status=nonsense", first="with a parameter that does not validate"),
        Door("POST", "/tasks", {"title": ""}, first="with a body that does not validate"),
        Door("POST", "/tasks", {}, first="with a body that lacks the title"),
        Door("GET", unknown, first="for an id that is not there"),
        Door("PUT", unknown, {"title": made_up_title()}, first="for an id that is not there"),
        Door("DELETE", unknown, first="for an id that is not there"),
        Door("GET", "/tasks/one", first="for an id that is no number"),
        Door("PUT", known, {"status": "nonsense"}, first="with a body that does not validate"),
    ]


def made_up_title() -> str:
    """Return a title that no task has."""
    return f"never-{secrets.token_hex(6)}"


def knock(base: str, where: Sequence[Door], headers: Mapping[str, str | None]) -> list[Knock]:
    """Try every door with every value of `Authorization` (None: none)."""
    return knock_with(base, [(door, what, value) for door in where for what, value in headers.items()])


def knock_around(base: str, where: Sequence[Door], headers: Mapping[str, str | None]) -> list[Knock]:
    """Try every door with the first value of `Authorization`, and one door with each further value of its kind."""
    turns = chain([where], ([door] for door in cycle(where)))
    return knock_with(base, [(door, *one) for one, some in zip(headers.items(), turns, strict=False) for door in some])


def knock_with(base: str, todo: Sequence[tuple[Door, str, str | None]]) -> list[Knock]:
    """Try doors with what is said about a value of `Authorization`, and the value, some requests at a time."""
    client = Client(base)
    found = []
    for part in (todo[start : start + AT_ONCE] for start in range(0, len(todo), AT_ONCE)):
        pending = [client.start(door.method, door.path, **parts(door, value)) for door, _, value in part]
        found += [Knock(door, what, one.result()) for (door, what, _), one in zip(part, pending, strict=True)]
    return found


def parts(door: Door, value: str | None) -> dict[str, Any]:
    """Return what a request carries."""
    body = {} if door.body is None else {"json": door.body}
    return body if value is None else {**body, "headers": {"Authorization": value}}


def bearing(tokens: Mapping[str, str]) -> dict[str, str | None]:
    """Return tokens as they are sent."""
    return {what: f"Bearer {token}" for what, token in tokens.items()}
