"""What a suite's checks ask for by name: the service under test, and everything it is observed by."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from checker.control import ControlClient
from checker.kit.database import Database
from checker.kit.lanes import Lane
from checker.kit.tasks import TaskApi

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass
class Desk:
    """Channels to the run; a channel carries one call at a time, so every thread of a suite opens its own."""

    path: Path
    token: str
    addresses: Mapping[str, str] = field(default_factory=dict)

    def open(self) -> ControlClient:
        """Open a channel to the runner's desk."""
        return ControlClient(self.path, self.token)

    def open_part(self, part: str) -> ControlClient:
        """Open a channel to `queue` or `functions`."""
        return ControlClient(Path(self.addresses[part]), self.token)


@dataclass
class Service:
    """The service under test. Its schema is there; its API may still be starting, and its worker waits to be wanted."""

    api_lane: int
    desk: Desk
    database: Database

    def base(self) -> str:
        """Wait for the API and return its base URL."""
        channel = self.desk.open()
        url: str = channel.call("api")
        channel.close()
        return url

    def client(self) -> TaskApi:
        """Wait for the API and return a client of it, logged in where the branch asks for that."""
        api = TaskApi(self.base())
        api.log_in_if_needed()
        return api

    def start_worker(self) -> None:
        """Start the worker; the event source mapping is still paused."""
        channel = self.desk.open()
        channel.call("start_worker")
        channel.close()

    def lane(self, name: str) -> Lane:
        """Return the lane `api`, which the API under test uses, or a new one."""
        queue = self.desk.open_part("queue")
        port = self.api_lane if name == "api" else queue.call("lane_open", name=name)["port"]
        return Lane(name, port, queue)

    def log(self, process: str) -> list[tuple[float, str]]:
        """Return a process's log: when each line arrived (`time.monotonic()`), and its text."""
        channel = self.desk.open()
        lines: list[dict[str, Any]] = channel.call("log", name=process)
        channel.close()
        return [(line["at"], line["text"]) for line in lines]


_desks: list[Desk] = []


def configure(*, desk: Path, token: str) -> None:
    """Tell where the run's desk is; called once, before pytest starts."""
    _desks[:] = [Desk(desk, token)]


@pytest.fixture(scope="session")
def service() -> Service:
    """Wait until the submission's schema is there."""
    return service_after("service")


@pytest.fixture(scope="session")
def coming_service() -> Service:
    """Wait until the submission is there; its migrations are under way, and may fail, which ends the run."""
    return service_after("stack")


def service_after(method: str) -> Service:
    """Return the service when the desk's `method` has returned."""
    desk = _desks[0]
    channel = desk.open()
    found = channel.call(method)
    channel.close()
    desk.addresses = found
    return Service(found["api_lane"], desk, Database(found["observer"], found["grader"]))
