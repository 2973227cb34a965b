"""The load: requests at a steady rate, never more than so many at a time."""

from __future__ import annotations

import asyncio
import contextlib
import secrets
import time
from typing import TYPE_CHECKING, Any, Final

import httpx

from checker.lab.mix import Known, Mix, Order, Pool

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from checker.lab.figures import Counter
    from checker.lab.plan import Load

REQUEST_SECONDS: Final = 35.0  # a pool that is spent answers after 30 s, and that is to be seen
BEHIND_SECONDS: Final = 1.0  # later than that nothing is made up for
CREATED: Final = 201
UNAUTHORIZED: Final = 401


class Account:
    """A user of the service's own, where it asks for one: registered and logged in when it first says 401."""

    def __init__(self) -> None:
        self.headers: dict[str, str] = {}
        self._registered = {"username": f"lab{secrets.token_hex(4)}", "password": secrets.token_hex(12)}
        self._turn = asyncio.Lock()

    async def log_in(self, client: httpx.AsyncClient, refused: dict[str, str]) -> None:
        """Log in, unless somebody has since the request with the headers `refused` was sent."""
        async with self._turn:
            if refused != self.headers:
                return
            await client.post("/auth/register", json=self._registered)
            form = {"grant_type": "password", **self._registered}
            answer = await client.post("/auth/token", data=form)
            with contextlib.suppress(ValueError, KeyError, TypeError):
                self.headers = {"Authorization": f"Bearer {answer.json()['access_token']}"}


class Traffic:
    """Sends what the mix says, and counts what becomes of it."""

    def __init__(
        self, load: Load, mix: Mix, pool: Pool, counter: Counter, send: Callable[[str], Awaitable[Any]]
    ) -> None:
        self._load = load
        self._mix = mix
        self._pool = pool
        self._counter = counter
        self._send = send
        self._account = Account()

    async def run(self, base: str) -> None:
        """Send for ever, to the API at `base`."""
        limits = httpx.Limits(max_connections=self._load.at_once)
        async with (
            httpx.AsyncClient(base_url=base, timeout=REQUEST_SECONDS, limits=limits, trust_env=False) as client,
            asyncio.TaskGroup() as group,
        ):
            under_way: set[asyncio.Task[None]] = set()
            async for _ in ticks(1 / self._load.rate):
                if len(under_way) >= self._load.at_once:
                    self._counter.held_back += 1
                elif (order := self._mix.next()) is not None:
                    task = group.create_task(self._one(client, order))
                    under_way.add(task)
                    task.add_done_callback(under_way.discard)

    async def _one(self, client: httpx.AsyncClient, order: Order) -> None:
        """Send one, and count its answer."""
        if order.message:
            await self._send(order.message)
            return
        started = time.monotonic()
        answer = None
        with contextlib.suppress(httpx.HTTPError):
            answer = await self._answer(client, order)
        now = time.monotonic()
        status = None if answer is None else answer.status_code
        self._counter.answered(order.entry.label, now, now - started, status)
        if answer is not None and answer.status_code == CREATED:
            self._remember(answer)

    async def _answer(self, client: httpx.AsyncClient, order: Order) -> httpx.Response:
        own = self._account.headers
        request = client.build_request(
            order.entry.method, order.path, json=order.body, headers={**own, **order.headers}
        )
        answer = await client.send(request, stream=order.entry.hang_up)
        if order.entry.hang_up:
            await answer.aclose()
        if answer.status_code == UNAUTHORIZED and order.path.startswith("/tasks"):
            await self._account.log_in(client, own)
        return answer

    def _remember(self, answer: httpx.Response) -> None:
        """Know a task that was made, whatever else the service may answer."""
        with contextlib.suppress(ValueError, KeyError, TypeError, httpx.StreamError):
            made = answer.json()
            self._pool.add(Known(int(made["id"]), str(made.get("title", ""))))


async def ticks(seconds: float) -> Any:
    """Yield every so many seconds; a moment that was missed by far is not made up for."""
    due = time.monotonic()
    while True:
        yield None
        now = time.monotonic()
        due = max(due + seconds, now - BEHIND_SECONDS)
        await asyncio.sleep(max(0.0, due - now))
