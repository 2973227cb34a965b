"""An HTTP client for answers that nobody vouches for.

Every request has one deadline over all of it, from connecting to the last byte; a body is read up to a cap and
never decompressed; JSON is read strictly. Each request has a connection of its own, so that no answer hangs on a
kept-alive connection that the server had closed. Requests run on a loop of the client's own, so that many can be
under way at once.
"""

from __future__ import annotations

import asyncio
import json
import random
import shlex
import sys
import threading
import time
from dataclasses import dataclass, field
from http.cookiejar import CookieJar, DefaultCookiePolicy
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any, Final

import httpx

from checker.kit.expect import Refuted

if TYPE_CHECKING:
    from collections.abc import Mapping
    from concurrent.futures import Future

REQUEST_SECONDS: Final = 30.0  # what a client allows a request (the contract, section 1)
MAX_BODY_BYTES: Final = 8 * 1024 * 1024
SHOWN_BASE: Final = "http://localhost:8000"  # where the service listens when it is run by hand; the run's own is gone
SHOWN: Final = 300  # characters of a body that a message shows
USER_AGENTS: Final = (  # a service that behaves for one client alone is found out
    "curl/8.14.1",
    "python-requests/2.32.5",
    "Go-http-client/1.1",
    "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0",
)


@dataclass(frozen=True)
class Reply:
    """What came back on `asked` (method and path): `status` is None where no answer came, and `trouble` says why then.

    `started` and `ended` are `time.monotonic()`.
    """

    request: str
    status: int | None
    headers: Mapping[str, str]
    body: bytes
    started: float
    ended: float
    trouble: str = ""
    asked: str = ""

    @property
    def seconds(self) -> float:
        """How long the request took."""
        return self.ended - self.started

    def __str__(self) -> str:
        """Return the answer in a few words."""
        if self.status is None:
            return self.trouble
        text = self.body[:SHOWN].decode("utf-8", "replace")
        return f"{self.status} {text}".strip()

    def expect_status(self, *wanted: int) -> Reply:
        """Return the reply itself, or refute that the request is answered with one of `wanted`."""
        if self.status not in wanted:
            raise Refuted(f"{' or '.join(map(str, wanted))} for {self.asked}", str(self), self.request)
        return self

    def json(self) -> Any:
        """Return the body's JSON value, or refute that it is one."""
        try:
            return json.loads(self.body, parse_constant=no_constant, object_pairs_hook=no_twins)
        except (ValueError, RecursionError) as error:
            raise Refuted("a JSON body", f"{self} ({error})", self.request) from None


def no_constant(name: str) -> None:
    """Refuse NaN and the infinities, which JSON does not have."""
    raise ValueError(f"{name} is no JSON")


def no_twins(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Refuse an object that names a key twice."""
    result = dict(pairs)
    if len(result) != len(pairs):
        raise ValueError("a key stands twice in an object")
    return result


@dataclass
class Client:
    """Sends requests to one base URL."""

    base: str
    headers: dict[str, str] = field(default_factory=dict)

    def request(self, method: str, path: str, **parts: Any) -> Reply:
        """Send a request and wait for its answer."""
        return self.start(method, path, **parts).result()

    def start(self, method: str, path: str, **parts: Any) -> Future[Reply]:
        """Send a request and go on; `parts` are httpx's (`json`, `data`, `params`, `headers`)."""
        headers = {"User-Agent": random.choice(USER_AGENTS), **self.headers, **parts.pop("headers", {})}  # noqa: S311 - no secret
        url = path if path.startswith("http") else f"{self.base}{path}"
        return _loop.submit(method, url, headers, parts)


class _Loop:
    """An event loop on a thread of its own, started at the first request."""

    def __init__(self) -> None:
        self._loop: asyncio.AbstractEventLoop | None = None
        self._client: httpx.AsyncClient | None = None

    def submit(self, method: str, url: str, headers: dict[str, str], parts: dict[str, Any]) -> Future[Reply]:
        if self._loop is None:
            self._loop = asyncio.new_event_loop()
            threading.Thread(target=self._loop.run_forever, name="http", daemon=True).start()
        return asyncio.run_coroutine_threadsafe(self._send(method, url, headers, parts), self._loop)

    async def _send(self, method: str, url: str, headers: dict[str, str], parts: dict[str, Any]) -> Reply:
        if self._client is None:
            self._client = new_client()
        headers = {"Accept-Encoding": "identity", **headers}
        started = time.monotonic()
        try:
            request = self._client.build_request(method, url, headers=headers, **parts)
        except (httpx.InvalidURL, ValueError) as error:  # a link or a token of the submission's that is none
            trouble = f"no request can be made of it ({type(error).__name__}: {error})"
            return Reply(f"{method} {url}", None, {}, b"", started, time.monotonic(), trouble, f"{method} {url}")
        shown, asked = curl(request), f"{method} {request.url.raw_path.decode()}"
        try:
            async with asyncio.timeout(REQUEST_SECONDS):
                response = await self._client.send(request, stream=True)
                body = await read_capped(response)
        except TimeoutError:
            trouble = f"no whole answer within {REQUEST_SECONDS:g} s"
        except (httpx.HTTPError, httpx.InvalidURL, httpx.StreamError, OSError, ExceptionGroup, ValueError) as error:
            trouble = f"no answer ({type(error).__name__}: {error})"
        else:
            headers = dict(response.headers)
            return Reply(shown, response.status_code, headers, body, started, time.monotonic(), asked=asked)
        return Reply(shown, None, {}, b"", started, time.monotonic(), trouble, asked)


def new_client() -> httpx.AsyncClient:
    """Return a client that keeps no connection and no cookie: what one user got is nothing to the next request."""
    spare_searches()
    return httpx.AsyncClient(
        verify=False,  # noqa: S501 - plain HTTP on loopback
        limits=httpx.Limits(max_connections=None, max_keepalive_connections=0),
        timeout=None,  # noqa: S113 - every request has a deadline over all of it
        trust_env=False,
        cookies=CookieJar(DefaultCookiePolicy(allowed_domains=[])),
    )


def spare_searches() -> None:
    """Let a missing sniffio be found missing at once.

    httpcore asks for it six times a request, and each search along the import path costs 0.1 ms, a third of it all.
    """
    if "sniffio" not in sys.modules and find_spec("sniffio") is None:
        sys.modules["sniffio"] = None  # type: ignore[assignment]  # how the import system spells "there is none"


async def read_capped(response: httpx.Response) -> bytes:
    """Read the body's raw bytes up to the cap; more than that is refused."""
    body = bytearray()
    try:
        async for chunk in response.aiter_raw():
            body += chunk
            if len(body) > MAX_BODY_BYTES:
                raise ValueError(f"a body of more than {MAX_BODY_BYTES // 2**20} MB")
    finally:
        await response.aclose()
    return bytes(body)


def curl(request: httpx.Request) -> str:
    """Return the command that repeats a request by hand."""
    words = ["curl", "-i"]
    if request.method != "GET":
        words += ["-X", request.method]
    words.append(f"{SHOWN_BASE}{request.url.raw_path.decode()}")
    for name in ("authorization", "content-type"):
        if name in request.headers:
            words += ["-H", f"{name.title()}: {request.headers[name]}"]
    body = request.read()
    if body:
        words += ["-d", body[:SHOWN].decode("utf-8", "replace")]
    return shlex.join(words)


_loop = _Loop()
