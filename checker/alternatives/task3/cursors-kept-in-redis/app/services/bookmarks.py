import json
import secrets
from functools import lru_cache

import redis

from app.config import get_settings

A_DAY = 24 * 60 * 60


class Bookmarks:
    """Clients hold a random name; what it stands for is kept here."""

    def __init__(self, client):
        self.client = client

    def keep(self, mark):
        name = secrets.token_urlsafe(12)
        self.client.set(f"bookmark:{name}", json.dumps(mark), ex=A_DAY)
        return name

    def find(self, name):
        kept = self.client.get(f"bookmark:{name}")
        return None if kept is None else json.loads(kept)


@lru_cache
def get_bookmarks():
    return Bookmarks(redis.Redis.from_url(get_settings().redis_url))
