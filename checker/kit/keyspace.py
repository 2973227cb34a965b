"""What stands in Redis: every key with its type, its time to live and what it holds."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from checker.kit.redis import Redis, RedisRefusal

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from checker.kit.redis import Word

SCAN_COUNT: Final = 10_000
NO_TTL: Final = -1  # what PTTL says of a key that lives for ever
READERS: Final[Mapping[str, Sequence[str]]] = {
    "string": ("GET",),
    "hash": ("HGETALL",),
    "list": ("LRANGE", "0", "-1"),
    "set": ("SMEMBERS",),
    "zset": ("ZRANGE", "0", "-1"),
    "stream": ("XRANGE", "-", "+"),
}


@dataclass(frozen=True)
class Key:
    """One key. `ttl_ms` is `NO_TTL` where it lives for ever; `parts` are the bytes that it holds, in their order."""

    name: bytes
    kind: str
    ttl_ms: int
    parts: tuple[bytes, ...]

    def holds(self, text: str) -> bool:
        """Whether a text stands in it as it is."""
        return any(text.encode() in part for part in self.parts)

    @property
    def size(self) -> int:
        """How many bytes it holds."""
        return sum(map(len, self.parts))

    def __str__(self) -> str:
        """Return its name for people."""
        return self.name.decode(errors="backslashreplace")


@dataclass(frozen=True)
class Snapshot:
    """All keys at one time (`time.monotonic()`)."""

    at: float
    keys: Mapping[bytes, Key]


class Keyspace:
    """Looks at the keys of database 0, which `REDIS_URL` names, and takes them away."""

    def __init__(self, redis: Redis) -> None:
        self.redis = redis

    def snapshot(self) -> Snapshot:
        """Return all keys."""
        names = self._names()
        at = time.monotonic()
        asked = self.redis.batch([words for name in names for words in (("PTTL", name), ("TYPE", name))])
        kinds = [answer.decode() for answer in asked[1::2]]
        contents = self.redis.batch([reader(kind, name) for name, kind in zip(names, kinds, strict=True)])
        found = {
            name: Key(name, kind, ttl, flat(content))
            for name, ttl, kind, content in zip(names, asked[::2], kinds, contents, strict=True)
            if kind != "none"
        }
        return Snapshot(at, found)

    def ttl_ms(self, name: bytes) -> int:
        """Return a key's time to live; -1 where it lives for ever, -2 where it is not there."""
        return int(self.redis.call("PTTL", name))

    def exists(self, name: bytes) -> bool:
        """Whether a key is there."""
        return bool(self.redis.call("EXISTS", name))

    def remove(self, *names: bytes) -> None:
        """Remove keys."""
        if names:
            self.redis.call("DEL", *names)

    def expire(self, name: bytes, milliseconds: int) -> None:
        """Let a key expire that long from now."""
        self.redis.call("PEXPIRE", name, milliseconds)

    def take(self, name: bytes) -> tuple[bytes, int] | None:
        """Remove a key and return what `put_back` needs."""
        dumped, ttl, _ = self.redis.batch([("DUMP", name), ("PTTL", name), ("DEL", name)])
        return None if dumped is None else (dumped, max(0, ttl))

    def put_back(self, name: bytes, taken: tuple[bytes, int]) -> None:
        """Restore a key that was taken, unless there is one of its name again."""
        dumped, ttl = taken
        self.redis.batch([("RESTORE", name, ttl, dumped)])

    def _names(self) -> list[bytes]:
        cursor, names = b"0", dict[bytes, None]()
        while True:
            cursor, found = self.redis.call("SCAN", cursor, "COUNT", SCAN_COUNT)
            names.update(dict.fromkeys(found))
            if cursor == b"0":
                return list(names)


def reader(kind: str, name: bytes) -> tuple[Word, ...]:
    """Return the command that reads a key of that kind; of one that cannot be read, its length or so."""
    command, *rest = READERS.get(kind, ("TYPE",))
    return (command, name, *rest)


def flat(answer: Any) -> tuple[bytes, ...]:
    """Return all bytes of an answer, in their order."""
    if isinstance(answer, bytes):
        return (answer,)
    if isinstance(answer, list):
        return tuple(part for one in answer for part in flat(one))
    return () if isinstance(answer, RedisRefusal) or answer is None else (str(answer).encode(),)
