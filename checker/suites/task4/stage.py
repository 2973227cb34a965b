"""One more API of the submission, with a front before its database and one before its Redis."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit, urlunsplit

from checker.kit.fronts import Front
from checker.kit.tasks import TaskApi

if TYPE_CHECKING:
    from checker.kit.fixtures import Service

NAME: Final = "held"


@dataclass(frozen=True)
class Stage:
    """The API that is held up, and the fronts that do it."""

    api: TaskApi
    database: Front
    cache: Front

    def for_user(self, api: TaskApi) -> Stage:
        """Return the same stage with the login of another API's user."""
        return replace(self, api=api.at(self.api.client.base))

    def leave(self, service: Service) -> None:
        """End the API."""
        channel = service.desk.open()
        channel.call("stop_process", name=NAME)
        channel.close()


def start_stage(service: Service) -> Stage | str:
    """Start the API between its fronts; return why it did not start, if so."""
    channel = service.desk.open()
    database_url = channel.call("database_url", name="tasks")
    redis_url = without_login(service.desk.addresses["cache"])
    database, cache = Front(address(database_url)), Front(address(redis_url))
    environ = {"DATABASE_URL": moved(database_url, database.port), "REDIS_URL": moved(redis_url, cache.port)}
    started = channel.call("start_api", name=NAME, lane_port=service.api_lane, environ=environ)
    channel.close()
    return Stage(TaskApi(started["url"]), database, cache) if "url" in started else str(started["cause"])


def address(url: str) -> tuple[str, int]:
    """Return host and port of a URL that names both."""
    parts = urlsplit(url)
    if parts.hostname is None or parts.port is None:
        raise ValueError(f"no host and port in {url}")
    return parts.hostname, parts.port


def moved(url: str, port: int) -> str:
    """Return the URL with another port."""
    parts = urlsplit(url)
    return urlunsplit(parts._replace(netloc=f"{parts.netloc.rpartition(':')[0]}:{port}"))


def without_login(url: str) -> str:
    """Return the URL as somebody without a name of their own uses it."""
    parts = urlsplit(url)
    return urlunsplit(parts._replace(netloc=parts.netloc.rpartition("@")[2]))
