"""Finding the records of retries in a log whose format nobody knows.

The contract: a record at WARNING or above for each retry says which operation, which retry, and how long the wait
is, in its text or its fields. So a record of a retry is one in which stand, beside the operation's name, a whole
number that counts on from retry to retry and, at another place, the seconds of the wait that was observed.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from itertools import permutations
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

WAIT_BELOW: Final = 0.6  # seconds that a gap may be longer than the wait logged for it: the contract's slack and a bit
WAIT_ABOVE: Final = 0.15  # and shorter, where the clock that sleeps is coarse

MARKUP: Final = re.compile(r"\x1b\[[0-9;]*m")
CONTINUATION: Final = re.compile(
    r"\s|Traceback |During handling|The above exception|[}\])]|[\w.]+(Error|Exception)\b"  # how a traceback goes on
)
NOISE: Final = re.compile(
    r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d)?([.,]\d+)?(Z|[+-]\d\d:?\d\d)?"  # a date and time
    r"|\d{4}[-/]\d\d[-/]\d\d|\b\d\d:\d\d:\d\d([.,]\d+)?"  # a date; a time
    r"|\bhttps?://\S+|\b\d+\.\d+\.\d+\.\d+(:\d+)?"  # an address
    r"|\b[0-9a-f]{8}-[0-9a-f-]{27}\b"  # a UUID
)
NUMBER: Final = re.compile(
    r"(?<![A-Za-z0-9_.])(\d+(?:\.\d+)?)(?=(?:s|secs?|seconds?|x|st|nd|rd|th)\b|(?![0-9A-Za-z_]|\.\d))"
)

# A level is a word in capitals, or a lower-case one where levels stand: in brackets, behind a key, before a colon.
LEVEL_WORD: Final = r"trace|debug|info|notice|warn|warning|error|err|critical|fatal|exception"
LEVEL: Final = re.compile(
    rf"\b({LEVEL_WORD.upper()})\b|\[({LEVEL_WORD})\s*\]|(?:level|levelname|severity|lvl)[\"']?\s*[=:]\s*[\"']?({LEVEL_WORD})\b"
    rf"|^({LEVEL_WORD})\s*:"
)
LEVEL_KEYS: Final = frozenset({"level", "levelname", "severity", "log_level", "loglevel", "lvl", "log.level"})
BELOW_WARNING: Final = frozenset({"trace", "debug", "info", "notice"})
SYSLOG_WARNING: Final = 4  # RFC 5424: the lower, the graver
LOGGING_WARNING: Final = 30  # Python's logging: the higher, the graver
WHEN: Final = frozenset({"time", "timestamp", "ts", "@timestamp", "asctime", "created", "msecs", "relativecreated"})
WHERE: Final = frozenset({"lineno", "line", "process", "pid", "thread", "thread_id", "process_id"})


def names(text: str, operation: str) -> bool:
    """Whether a text names an operation: `send`, `send_message`, `SendMessage`, a dotted name, `sending`."""
    stem = operation.removesuffix("e")
    words = rf"(?i:(?<![a-z]){stem}(?:{operation[len(stem) :]}|ing)(?![a-z]))"
    return bool(re.search(rf"{words}|{operation.title()}Message|(?<=[a-z]){operation.title()}(?![a-z])", text))


def numbers(text: str) -> list[str]:
    """Return the numbers in a text, times, dates and addresses aside."""
    return NUMBER.findall(NOISE.sub(" ", text))


@dataclass(frozen=True)
class Record:
    """One record: when its first line arrived, its text with every field in it, and whether it is grave enough."""

    at: float
    text: str
    is_warning: bool

    def tells(self, number: int, gap: float) -> bool:
        """Whether it counts a retry as `number` and says a wait, in seconds, that fits the observed gap."""
        return any(counted == str(number) and fits(wait, gap) for counted, wait in permutations(numbers(self.text), 2))


def fits(wait: str, gap: float) -> bool:
    """Whether a number in a record can be the wait that was observed as `gap`."""
    return gap - WAIT_BELOW <= float(wait) <= gap + WAIT_ABOVE


def records(lines: Sequence[tuple[float, str]]) -> list[Record]:
    """Put a log's lines together into records."""
    grouped: list[tuple[float, list[str]]] = []
    for at, raw in lines:
        text = MARKUP.sub("", raw)
        if grouped and CONTINUATION.match(text):
            grouped[-1][1].append(text)
        elif text.strip():
            grouped.append((at, [text]))
    return [record_of(at, "\n".join(texts)) for at, texts in grouped]


def record_of(at: float, text: str) -> Record:
    """Make a record of its text; JSON is read as fields, the level's among them."""
    fields = json_object(text)
    if fields is None:
        return Record(at, text, is_warning_text(text))
    levels = [value for key, value in fields.items() if str(key).lower() in LEVEL_KEYS]
    before = text[: text.index("{")]
    return Record(at, f"{before} {' '.join(flat(fields))}", all(map(is_grave, levels)) and is_warning_text(before))


def is_warning_text(text: str) -> bool:
    """Whether the first level that a text names is WARNING or above; where it names none, it counts as WARNING."""
    found = LEVEL.search(text)
    return found is None or next(filter(None, found.groups())).lower() not in BELOW_WARNING


def is_grave(level: Any) -> bool:
    """Whether a level, a name or a number of syslog's or of Python's logging, is WARNING or above."""
    if isinstance(level, int):
        return level >= LOGGING_WARNING or level <= SYSLOG_WARNING
    return str(level).strip().lower() not in BELOW_WARNING


def json_object(text: str) -> dict[str, Any] | None:
    """Return the JSON object that a record ends with; None where it is plain text."""
    start = text.find("{")
    try:
        value = json.loads(text[start:]) if start >= 0 else None
    except (ValueError, RecursionError):
        return None
    return value if isinstance(value, dict) else None


def flat(value: Any, key: str = "") -> Iterator[str]:
    """Yield a JSON value's fields as `key = value`, those that only say when and where left out."""
    if isinstance(value, dict):
        for name, item in value.items():
            if str(name).lower() not in WHEN | WHERE:
                yield from flat(item, str(name))
    elif isinstance(value, list):
        for item in value:
            yield from flat(item, key)
    else:
        yield f"{key} = {value}"
