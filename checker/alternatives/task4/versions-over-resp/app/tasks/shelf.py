"""The newest known state of a task, in Redis.

A hash `shelf:<id>` of `v` (the number of the state), `b` (the JSON; empty: deleted) and `s` (a digest of all that). Whoever
has seen a state, by reading it or by making it, offers it; an older one never replaces a newer one.
"""

import hashlib
import logging
import threading
from functools import lru_cache

from app.config import get_settings
from app.infra.resp import RedisPool, RedisSaid

logger = logging.getLogger(__name__)
TTL = 300

OFFER = """
local now = redis.pcall('HMGET', KEYS[1], 'v', 'b', 's')
if not now.err and now[1] and now[2] and now[3]
   and redis.sha1hex(KEYS[1] .. '|' .. now[1] .. '|' .. now[2]) == now[3]
   and tonumber(now[1]) > tonumber(ARGV[1]) then
  return 0
end
redis.call('DEL', KEYS[1])
redis.call('HSET', KEYS[1], 'v', ARGV[1], 'b', ARGV[2], 's', redis.sha1hex(KEYS[1] .. '|' .. ARGV[1] .. '|' .. ARGV[2]))
redis.call('EXPIRE', KEYS[1], ARGV[3])
return 1
"""


class Shelf:
    """Swallows what Redis does wrong, and counts."""

    def __init__(self, url: str) -> None:
        self._redis = RedisPool(url)
        self._lock = threading.Lock()
        self.counts = {"hits": 0, "misses": 0}

    def look(self, task_id: int) -> bytes | None:
        """Return the JSON of the task where Redis has it."""
        key = f"shelf:{task_id}"
        body = None
        try:
            v, b, s = self._redis.call("HMGET", key, "v", "b", "s")
            if b and v and s == hashlib.sha1(b"|".join((key.encode(), v, b))).hexdigest().encode():
                body = b
        except (OSError, RedisSaid) as error:
            logger.warning("%s cannot be read: %s", key, error)
        with self._lock:
            self.counts["hits" if body else "misses"] += 1
        return body

    def offer(self, task_id: int, version: int, body: bytes = b"") -> None:
        """Keep this state unless a newer one is there."""
        try:
            self._redis.call("EVAL", OFFER, 1, f"shelf:{task_id}", version, body, TTL)
        except (OSError, RedisSaid) as error:
            logger.warning("task %s cannot be kept: %s", task_id, error)


@lru_cache
def get_shelf() -> Shelf:
    """Return the shelf of this process."""
    return Shelf(get_settings().redis_url)
