"""Drops what PostgreSQL says has changed, whoever changed it (psql included)."""

import threading
import time

import psycopg

from app.config import get_settings
from app.store import store


def listen() -> None:
    dsn = get_settings().database_url.replace("+psycopg", "")
    while True:
        try:
            with psycopg.connect(dsn, autocommit=True) as connection:
                connection.execute("LISTEN task_changed")
                for notice in connection.notifies():
                    store.drop(int(notice.payload))
        except psycopg.Error:
            time.sleep(1)


def start() -> None:
    threading.Thread(target=listen, name="listener", daemon=True).start()
