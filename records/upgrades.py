"""Running the migrations; imported only where one is due, as Alembic takes its time to import."""

from __future__ import annotations

from typing import TYPE_CHECKING

from alembic import command
from alembic.config import Config

from records.sqlite_file import VERSION_TABLE

if TYPE_CHECKING:
    from sqlalchemy.engine import Connection


def configuration() -> Config:
    """Return Alembic's configuration; no file holds one."""
    config = Config()
    config.set_main_option("script_location", "records:migrations")
    config.attributes["version_table"] = VERSION_TABLE
    return config


def run_migrations(connection: Connection, target: str = "head") -> None:
    """Bring a database to a revision within the connection's transaction."""
    config = configuration()
    config.attributes["connection"] = connection
    command.upgrade(config, target)
