"""The address of a repository elsewhere: which are taken, and how a password in one is kept to ourselves."""

from __future__ import annotations

import base64
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final
from urllib.parse import unquote, urlsplit

from checker.errors import UsageError
from checker.repository.names import shown

if TYPE_CHECKING:
    from collections.abc import Mapping

MAX_LENGTH: Final = 2048
LOOPBACK: Final = frozenset(["localhost", "127.0.0.1", "::1"])
SCHEME: Final = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*(?=:)")
SHORT_SSH: Final = re.compile(r"[^/:]+:(?!//)")
PLAIN: Final = re.compile(r"[!-~]+")
REASONS: Final = {
    "ssh": "ssh would run with your keys and settings",
    "git": "nobody vouches for what comes over git://",
    "http": "nobody vouches for what comes over http://",
}
CLONE: Final = "clone it yourself, then name the folder: --repo PATH"


@dataclass(frozen=True)
class Address:
    """A URL without a password; `environ` tells git the password and which protocol it may speak."""

    url: str
    environ: Mapping[str, str]

    @property
    def shown(self) -> str:
        """What a verdict calls it."""
        return self.url


def is_address(text: str) -> bool:
    """Whether a repository is named by an address and not by a path (git's own rule: a colon before any slash)."""
    return "://" in text or "::" in text or SHORT_SSH.match(text) is not None


def read_address(text: str) -> Address:
    """Return an address that is safe to be fetched from; `UsageError` for every other, with the reason."""
    if len(text) > MAX_LENGTH or not PLAIN.fullmatch(text):
        raise UsageError(f"{shown(text)} is no URL", next_step="name one as https://HOST/PATH")
    scheme = scheme_of(text)
    try:
        parts = urlsplit(text)
        host, port = parts.hostname or "", parts.port
    except ValueError as error:
        raise UsageError(f"{shown(text)} is no URL: {error}") from error
    if scheme != "https" and not (scheme == "http" and host in LOOPBACK):
        reason = REASONS.get(scheme, "git would run a program for it")
        raise UsageError(f"a repository is fetched over https alone: {reason}", next_step=CLONE)
    if not re.fullmatch(r"[a-z0-9]([a-z0-9.:-]*[a-z0-9])?|::1", host) or not parts.path.strip("/"):
        raise UsageError(f"{shown(without_user(text))} names no repository", next_step="https://HOST/PATH")
    place = f"[{host}]" if ":" in host else host
    url = f"{scheme}://{place}{f':{port}' if port else ''}{parts.path}"
    return Address(url, {"GIT_ALLOW_PROTOCOL": scheme, **authorization(url, parts.username, parts.password)})


def scheme_of(text: str) -> str:
    """Return how git would fetch from an address."""
    if SHORT_SSH.match(text) and "::" not in text:
        return "ssh"
    found = SCHEME.match(text)
    return "" if found is None or "::" in text.partition("/")[0] else found[0].lower()


def without_user(text: str) -> str:
    """Return a URL without the name and password in it."""
    return re.sub(r"//[^/]*@", "//", text)


def authorization(url: str, user: str | None, password: str | None) -> dict[str, str]:
    """Return what tells git a name and password for `url` where no other user of the machine can read it."""
    if user is None and password is None:
        return {}
    token = base64.b64encode(f"{unquote(user or '')}:{unquote(password or '')}".encode()).decode()
    return {
        "GIT_CONFIG_COUNT": "1",
        "GIT_CONFIG_KEY_0": f"http.{url}.extraHeader",
        "GIT_CONFIG_VALUE_0": f"Authorization: Basic {token}",
    }
