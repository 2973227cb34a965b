"""Entries that are gone, expired or unreadable, and tasks that are not there yet."""

from __future__ import annotations

import secrets
import shlex
import time
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final, TypeAlias

from checker.suites.task4.bench import PATIENCE, Source

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from checker.kit.http import Reply
    from checker.kit.keyspace import Key
    from checker.kit.redis import Word
    from checker.suites.task4.bench import Bench, Reading
    from checker.suites.task4.subject import Subject

Commands: TypeAlias = "Sequence[Sequence[Word]]"
AHEAD: Final = 2
EXPIRY_SECONDS: Final = 1.0
SHOWN: Final = 60  # characters of a word


@dataclass(frozen=True)
class Entry:
    """What became of an entry: the GET that met it, and the last of those that followed. None: nothing was cached.

    `command` is what to type to spoil the entry by hand.
    """

    first: Reading | None = None
    later: Reading | None = None
    command: str = ""


@dataclass(frozen=True)
class Missing:
    """GETs of tasks before they existed, and after: each with the title that it has to show."""

    before: Sequence[Reply]
    after: Sequence[tuple[Reply, str]]


def text(content: bytes) -> Callable[[Key], Commands]:
    """Return what writes these bytes."""
    return lambda key: [("SET", key.name, content)]


def half(key: Key) -> Commands:
    """Return what leaves half of the entry: of a string its beginning, of a hash every second field, or half of one."""
    if key.kind != "hash":
        return [("SET", key.name, beginning(b"".join(key.parts)))]
    if len(key.parts) == 2:
        return [("HSET", key.name, key.parts[0], beginning(key.parts[1]))]
    return [("HSET", key.name, *key.parts[i : i + 2]) for i in range(0, len(key.parts) - 1, 4)]


def beginning(whole: bytes) -> bytes:
    """Return the first half."""
    return whole[: len(whole) // 2]


def scrambled(key: Key) -> Commands:
    """Return what makes a hash whose fields are those of the entry, and their values bytes."""
    return [("HSET", key.name, field, secrets.token_bytes(24)) for field in key.parts[::2] or (b"id", b"title")]


UNREADABLE: Final[Mapping[str, Callable[[Key], Commands]]] = {
    "bytes that are no text": text(b"\xff\xfe\x00" + bytes(range(128, 200))),
    "no bytes at all": text(b""),
    "half of what was there": half,
    "JSON of another shape: {}": text(b"{}"),
    "JSON of another shape: null": text(b"null"),
    "JSON of another shape: a list": text(b'[{"id": 1}]'),
    "JSON of another shape: a number": text(b"17"),
    "JSON of another shape: wrong types": text(b'{"id": "x", "title": null, "status": 7, "created_at": []}'),
    "a number of 5,000 digits": text(b"1" * 5_000),
    "a pickled nothing": text(b"\x80\x04N."),
    "a list": lambda key: [("RPUSH", key.name, "a", "b")],
    "a set": lambda key: [("SADD", key.name, "a", "b")],
    "a sorted set": lambda key: [("ZADD", key.name, 1, "a", 2, "b")],
    "a stream": lambda key: [("XADD", key.name, "*", "a", "b")],
    "a hash of other fields": lambda key: [("HSET", key.name, "a", b"\xff", "b", "c")],
    "a hash of bytes": scrambled,
}


def observe_entries(bench: Bench, subject: Subject) -> dict[str, Entry]:
    """Let the task's entry be gone, expired, and each of the unreadable kinds, one after the other."""
    spoilers: dict[str, Callable[[Key], Commands]] = {"gone": lambda _: [], **UNREADABLE}
    if bench.warm(subject).source is not Source.COPY:
        return {kind: Entry() for kind in [*spoilers, "expired"]}
    found = {kind: observe_entry(bench, subject, spoiler) for kind, spoiler in spoilers.items()}
    found["expired"] = observe_expired(bench, subject)
    return found


def observe_entry(bench: Bench, subject: Subject, spoiler: Callable[[Key], Commands]) -> Entry:
    """Put something else in the place of the entry, and read the task."""
    key = cached_key(bench, subject)
    if key is None:
        return Entry()
    commands: Commands = [("DEL", key.name), *spoiler(key)]
    bench.keys.redis.batch(commands)
    entry = replace(read_on(bench, subject), command="\n".join(map(typed, commands)))
    if entry.later is None or entry.later.source is not Source.COPY:
        bench.keys.remove(key.name)
    return entry


def typed(words: Sequence[Word]) -> str:
    """Return a command as it can be typed, its long words cut."""
    texts = [word.decode(errors="backslashreplace") if isinstance(word, bytes) else str(word) for word in words]
    return shlex.join(["redis-cli", *[text if len(text) <= SHOWN else f"{text[:SHOWN]}…" for text in texts]])


def observe_expired(bench: Bench, subject: Subject) -> Entry:
    """Let the entry expire, and read the task."""
    key = cached_key(bench, subject)
    if key is None:
        return Entry()
    bench.keys.expire(key.name, 1)
    deadline = time.monotonic() + EXPIRY_SECONDS
    while bench.keys.exists(key.name) and time.monotonic() < deadline:
        time.sleep(0.001)
    return replace(read_on(bench, subject), command=typed(("PEXPIRE", key.name, 1)))


def cached_key(bench: Bench, subject: Subject) -> Key | None:
    """Return the key that holds the task, caching it first where it is not."""
    if bench.probe(subject).source is not Source.COPY and bench.warm(subject).source is not Source.COPY:
        return None
    name = bench.key_of(subject)
    return bench.keys.snapshot().keys.get(name) if name else None


def read_on(bench: Bench, subject: Subject) -> Entry:
    """Read the task, and again until it comes from a copy."""
    first = later = bench.probe(subject)
    for seconds in PATIENCE:
        if later.source is Source.COPY or first.source is not Source.TABLE:
            break
        time.sleep(seconds)
        later = bench.probe(subject)
    return Entry(first, later)


def observe_missing(bench: Bench) -> Missing:
    """Ask for the tasks that will be made next, make them all, so that nothing is left of that, and ask again."""
    ids = next_ids(bench)
    before = [bench.api.get(task_id) for task_id in [*ids, *ids]]
    made = [subject for subject in bench.create(AHEAD) if subject.id in ids]
    return Missing(before, [(bench.api.get(subject.id), subject.title) for subject in made])


def next_ids(bench: Bench) -> list[int]:
    """Return the ids that the next tasks get, by the sequence that gives them or else by the highest one."""
    rows = bench.service.database.rows
    ((sequence,),) = rows("SELECT pg_get_serial_sequence('public.tasks', 'id')")
    if sequence:
        ((last, is_called),) = rows(f"SELECT last_value, is_called FROM {sequence}")  # noqa: S608 - quoted by PostgreSQL
        first = last + 1 if is_called else last
    else:
        first = rows("SELECT coalesce(max(id), 0) + 1 FROM public.tasks")[0][0]
    return list(range(first, first + AHEAD))
