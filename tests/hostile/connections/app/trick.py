import psycopg

from app.config import get_settings

KEPT = []


def spring(app):
    address = get_settings().database_url.replace("+psycopg", "")
    while len(KEPT) < 100:
        try:
            KEPT.append(psycopg.connect(address))
        except psycopg.OperationalError:
            break
    for connection in KEPT[-3:]:
        connection.close()
