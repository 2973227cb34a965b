"""One more API of the submission, with a front before its database."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit, urlunsplit

from checker.kit.expect import NotRun
from checker.kit.fronts import Front
from checker.kit.tasks import TaskApi

if TYPE_CHECKING:
    from checker.kit.fixtures import Service

NAME: Final = "held"


@dataclass(frozen=True)
class Stage:
    """The API whose statements can be held up, and the front that does it."""

    api: TaskApi
    database: Front


def start_stage(service: Service) -> Stage:
    """Start the API behind its front; `NotRun` where it does not start."""
    channel = service.desk.open()
    url = channel.call("database_url", name="tasks")
    front = Front(address(url))
    environ = {"DATABASE_URL": moved(url, front.port)}
    started = channel.call("start_api", name=NAME, lane_port=service.api_lane, environ=environ)
    channel.close()
    if "url" not in started:
        raise NotRun(f"one more API did not start beside the first: {started['cause']}")
    return Stage(TaskApi(started["url"]), front)


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
