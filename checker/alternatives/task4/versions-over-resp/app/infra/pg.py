"""Plain psycopg connections that answer dicts."""

from functools import lru_cache
from typing import Any

from psycopg import Connection
from psycopg.rows import dict_row
from psycopg_pool import ConnectionPool

from app.config import get_settings


@lru_cache
def get_pool() -> "ConnectionPool[Connection[dict[str, Any]]]":
    """Return the pool of this process; a block that takes a connection commits at its end."""
    url = get_settings().database_url.replace("postgresql+psycopg://", "postgresql://", 1)
    return ConnectionPool(
        url,
        min_size=1,
        max_size=16,
        kwargs={"row_factory": dict_row},
        check=ConnectionPool.check_connection,
        open=True,
    )
