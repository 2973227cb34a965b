"""The model solution beside the submission, to measure against: in a database of its own, on the same servers.

A kata asks for it by `compare: true` in its `kata.yaml`.
"""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import psycopg
from psycopg import sql
from psycopg.conninfo import make_conninfo

from checker.kit.database import Database
from checker.kit.expect import NotRun, Refuted
from checker.kit.lanes import Lane

if TYPE_CHECKING:
    from collections.abc import Iterator

    from checker.kit.fixtures import Service

NAME: Final = "model"


@dataclass(frozen=True)
class Model:
    """The model solution: its API's base URL, the name of its process for the desk, its database, its queue's lane."""

    base: str
    process: str
    database: Database
    lane: Lane


def start_model(service: Service, template: str | None = None) -> Model:
    """Start it and wait until it answers; may be called while the submission still comes up (`coming_service`).

    Its database is a copy of `template`, to which nobody may be connected, where that is given. The submission can
    neither enter it nor change it from outside, so as to look better beside what it has slowed down.
    """
    addresses = service.desk.addresses
    with psycopg.connect(addresses["grader"], autocommit=True) as connection:
        connection.execute("SET ROLE NONE")  # only the login itself may make databases
        copied = sql.SQL(" TEMPLATE {}").format(sql.Identifier(template)) if template else sql.SQL("")
        connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(NAME)) + copied)
    with psycopg.connect(make_conninfo(addresses["grader"], dbname=NAME), autocommit=True) as connection:
        connection.execute("SET ROLE NONE")
        connection.execute("GRANT ALL ON SCHEMA public TO candidate")  # who is what the model solution acts as there
    queue = service.desk.open_part("queue")
    queue.call("queue_create", name=NAME, visibility_seconds=60)
    lane = service.lane(NAME)
    channel = service.desk.open()
    environ = {
        "DATABASE_URL": channel.call("model_database_url"),
        "SQS_QUEUE_URL": f"http://127.0.0.1:{lane.port}/000000000000/{NAME}",
    }
    base = channel.call("start_model", name=NAME, lane_port=lane.port, environ=environ)
    channel.close()
    queue.close()
    observer, grader = (make_conninfo(addresses[role], dbname=NAME) for role in ("observer", "grader"))
    return Model(base, NAME, Database(observer, grader), lane)


def memory(service: Service, process: str) -> int:
    """Return how much memory a process (`api`, `model`), with all that it started, has to itself, in bytes."""
    channel = service.desk.open()
    found: int = channel.call("memory", name=process)
    channel.close()
    return found


@contextmanager
def our_own() -> Iterator[None]:
    """Turn a promise that the model solution breaks into a fault of the suite's, as it is none of the submission's."""
    try:
        yield
    except (Refuted, NotRun) as error:
        raise RuntimeError(f"the model solution: {error}") from error
