"""Leases, as in Facebook's memcache: who misses gets a token, and may fill only while nobody has taken it away.

The key holds b"L" + token while a reader is on its way to the database, b"V" + msgpack when it holds the task.
"""

import secrets
from typing import Any

import msgpack
from valkey import Valkey
from valkey.backoff import NoBackoff
from valkey.exceptions import ValkeyError
from valkey.retry import Retry

from app.caching.counters import count
from app.config import get_settings

client = Valkey.from_url(
    get_settings().redis_url, socket_timeout=0.5, socket_connect_timeout=0.5, retry=Retry(NoBackoff(), 1)
)
take = client.register_script("""
if redis.call('TYPE', KEYS[1]).ok == 'string' then
  local there = redis.call('GET', KEYS[1])
  local mark = string.sub(there, 1, 1)
  if (mark == 'V' or mark == 'L') and there ~= ARGV[2] then return there end
end
redis.call('SET', KEYS[1], ARGV[1], 'EX', 20)
return ARGV[1]
""")
fill = client.register_script("""
if redis.call('TYPE', KEYS[1]).ok == 'string' and redis.call('GET', KEYS[1]) == ARGV[1] then
  redis.call('SET', KEYS[1], ARGV[2], 'EX', 295)
end
""")
FIELDS = ["id", "title", "description", "status", "created_at", "updated_at"]


def key(task_id: int) -> str:
    return f"{{task}}{task_id}"


def look(task_id: int) -> tuple[dict[str, Any] | None, bytes | None]:
    """Return the task, or else a lease, or neither where another reader has it or there is no server."""
    mine = b"L" + secrets.token_hex(8).encode()
    try:
        there = take(keys=[key(task_id)], args=[mine, b""])
        if (task := unpack(there, task_id)) is not None:
            count("hits")
            return task, None
        count("misses")
        if there[:1] == b"V":  # it says that it is a task and is none: once more, past it
            there = take(keys=[key(task_id)], args=[mine, there])
        return None, mine if there == mine else None
    except ValkeyError:
        count("misses")
        return None, None


def unpack(there: bytes, task_id: int) -> dict[str, Any] | None:
    if there[:1] != b"V":
        return None
    try:
        values = msgpack.unpackb(there[1:])
    except Exception:
        return None
    if not isinstance(values, list) or len(values) != len(FIELDS) or values[0] != task_id:
        return None
    return dict(zip(FIELDS, values, strict=True))


def keep(task: dict[str, Any], lease: bytes | None) -> None:
    if lease is None:
        return
    try:
        fill(keys=[key(task["id"])], args=[lease, b"V" + msgpack.packb([task[name] for name in FIELDS])])
    except ValkeyError:
        pass


def forget(task_id: int) -> None:
    try:
        client.unlink(key(task_id))
    except ValkeyError:
        pass
