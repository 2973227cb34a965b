"""A full database as the starter leaves it: the submission is upgraded on it, the model solution on a copy.

It is filled before the migrations run, as a service in production would be; so columns and tables that a submission
keeps twice are filled by its own migration, and no trigger of its own has to take 300,000 rows one by one.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

import psycopg
from psycopg.conninfo import make_conninfo

from checker.kit.database import Database
from checker.kit.http import Client
from checker.kit.model import start_model
from checker.kit.upgrade import Upgrade, make_upgrade

if TYPE_CHECKING:
    from checker.kit.fixtures import Service

NAME: Final = "production"
STARTER: Final = Path(__file__).with_name("starter.sql")
FILL: Final = Path(__file__).with_name("fill.sql")
NO_CHECKS: Final = "-c session_replication_role=replica"  # of foreign keys: the rows are right as they are made
TABLES: Final = ("tasks", "task_events")
COUNTS: Final = "SELECT (SELECT count(*) FROM public.tasks), (SELECT count(*) FROM public.task_events)"


@dataclass(frozen=True)
class Production:
    """The two services on the full database; `own` is None where the submission did not come up, which `trouble` tells.

    `lost` says which rows the migration lost; nothing where none are. `copy` is the model solution's database.
    """

    own: Client | None
    model: Client
    database: Database
    copy: Database
    trouble: str = ""
    lost: str = ""


def bring_up(service: Service) -> Production:
    """Fill the database, and start both on it; may be called while the submission still comes up."""
    upgrade = make_upgrade(service, NAME)
    fill(make_conninfo(service.desk.addresses["grader"], dbname=NAME, options=NO_CHECKS))
    filled = upgrade.database.rows(COUNTS)[0]
    model = start_model(service, NAME)
    analyse(model.database)
    cause = upgrade.migrate()
    if cause is not None:
        return Production(None, Client(model.base), upgrade.database, model.database, cause)
    lost = what_was_lost(upgrade, filled)
    analyse(upgrade.database)
    url = upgrade.start_api({})
    trouble = "" if url else "the API does not come up on it"
    own = Client(url) if url else None
    return Production(own, Client(model.base), upgrade.database, model.database, trouble, lost)


def fill(address: str) -> None:
    """Bring an empty database at revision 0001 to 0003, full."""
    with psycopg.connect(address) as connection:
        connection.execute("SET LOCAL search_path TO public")  # the grader's own begins with pg_catalog
        connection.execute(STARTER.read_bytes())
        for statement in FILL.read_text().split(";"):
            seed = {"seed": secrets.token_hex(4)} if "%(seed)s" in statement else {}
            connection.execute(statement.encode(), seed)


def what_was_lost(upgrade: Upgrade, filled: tuple[int, int]) -> str:
    """Say how many rows there are after the migration, where it is not as many as there were."""
    left = upgrade.database.rows(COUNTS)[0]
    return "" if left == filled else f"{left[0]} tasks and {left[1]} events of {filled[0]} and {filled[1]}"


def analyse(database: Database) -> None:
    """Let the planner know what is there."""
    for table in TABLES:
        database.vacuum(table)
