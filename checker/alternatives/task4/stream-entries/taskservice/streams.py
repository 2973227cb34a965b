"""A task in Redis is a stream of one entry.

An entry's id is a reading of the Redis clock: for a GET the time before it read the database, for a change the time
after its commit. A stream takes no entry that is older than its newest, so a GET that was overtaken writes nothing.
"""

import json
import logging
from dataclasses import dataclass
from typing import Any, Final

from valkey import Valkey
from valkey.backoff import NoBackoff
from valkey.exceptions import ConnectionError as Unreachable
from valkey.exceptions import TimeoutError as Slow
from valkey.exceptions import ValkeyError
from valkey.retry import Retry

log = logging.getLogger(__name__)
LIFE: Final = 300

# KEYS: stream. ARGV: id, task, seconds, id of a top entry that cannot be read (or nothing)
ADD = """
if redis.call('TYPE', KEYS[1]).ok ~= 'stream' then
  redis.call('DEL', KEYS[1])
elseif ARGV[4] ~= '' then
  local top = redis.call('XREVRANGE', KEYS[1], '+', '-', 'COUNT', 1)
  if not top[1] or top[1][1] == ARGV[4] then redis.call('DEL', KEYS[1]) end
end
local added = redis.pcall('XADD', KEYS[1], 'MAXLEN', 1, ARGV[1], 'task', ARGV[2])
if type(added) == 'table' and added.err then return 0 end
redis.call('EXPIRE', KEYS[1], ARGV[3])
return 1
"""

# KEYS: stream. ARGV: seconds
BURY = """
if redis.call('TYPE', KEYS[1]).ok ~= 'stream' then redis.call('DEL', KEYS[1]) end
local now = redis.call('TIME')
local id = string.format('%d-%d', now[1] * 1000 + math.floor(now[2] / 1000), now[2] % 1000)
local added = redis.pcall('XADD', KEYS[1], 'MAXLEN', 1, id, 'changed', '1')
if type(added) == 'table' and added.err then
  redis.call('DEL', KEYS[1])
  redis.call('XADD', KEYS[1], 'MAXLEN', 1, id, 'changed', '1')
end
redis.call('EXPIRE', KEYS[1], ARGV[1])
return 1
"""


@dataclass(frozen=True, slots=True)
class Look:
    """What a look into Redis found: the task, or with which stamp it may be put there."""

    task: dict[str, Any] | None
    stamp: str | None = None
    unreadable: str = ""


class TaskStreams:
    """The streams of all tasks; every method does without Redis where it has to."""

    FIELDS: Final = {"id": int, "title": str, "description": (str, type(None)), "status": str,
                     "created_at": str, "updated_at": str}  # fmt: skip

    def __init__(self, url: str) -> None:
        self._db = Valkey.from_url(
            url, socket_connect_timeout=1, socket_timeout=8,
            retry=Retry(NoBackoff(), 1), retry_on_error=[Unreachable, Slow],
        )  # fmt: skip

    def look(self, number: int) -> Look:
        """Look for a task."""
        try:
            with self._db.pipeline(transaction=True) as pipe:
                pipe.execute_command("XREVRANGE", self._key(number), "+", "-", "COUNT", "1")
                pipe.time()
                top, (seconds, micros) = pipe.execute(raise_on_error=False)
        except (ValkeyError, OSError, TypeError, ValueError) as error:
            log.warning("no look at task %d: %s", number, error)
            return Look(None)
        stamp = f"{seconds * 1000 + micros // 1000}-{micros % 1000}"
        if isinstance(top, Exception) or not top:
            return Look(None, stamp)
        name, fields = top[0][0].decode(), self._pairs(top[0][1])
        if set(fields) == {b"changed"}:
            return Look(None, stamp)
        task = self._read(fields, number)
        return Look(task, stamp, "" if task else name)

    def add(self, number: int, look: Look, task: dict[str, Any]) -> None:
        """Put a task there that was read from the database after `look`."""
        if look.stamp is not None:
            self._run(ADD, number, look.stamp, json.dumps(task), LIFE, look.unreadable)

    def bury(self, number: int) -> None:
        """Tell that a change of a task was committed."""
        self._run(BURY, number, LIFE)

    def _run(self, script: str, number: int, *arguments: str | int) -> None:
        try:
            self._db.eval(script, 1, self._key(number), *arguments)
        except (ValkeyError, OSError) as error:
            log.warning("task %d: %s", number, error)

    def _read(self, fields: dict[bytes, bytes], number: int) -> dict[str, Any] | None:
        try:
            task = json.loads(fields[b"task"].decode())
            good = task.keys() == self.FIELDS.keys() and task["id"] == number
            good = good and all(isinstance(task[name], kind) for name, kind in self.FIELDS.items())
        except (KeyError, ValueError, AttributeError, RecursionError):
            return None
        return task if good else None

    @staticmethod
    def _pairs(fields: Any) -> dict[bytes, bytes]:
        if isinstance(fields, dict):
            return fields
        return dict(zip(fields[::2], fields[1::2], strict=True))

    @staticmethod
    def _key(number: int) -> str:
        return f"stream-of-task-{number}"
