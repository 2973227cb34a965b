"""Finding the records of retries in a log whose format nobody knows.

The contract: a record at WARNING or above for each retry says which operation, which retry, and how long the wait
is, in its text or its fields. So a record of a retry is one in which stand, beside the operation's name, a whole
number that counts on from retry to retry and, at another place, the seconds of the wait that was observed.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from functools import cached_property
from itertools import islice, pairwise, permutations
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

WAIT_BELOW: Final = 0.9  # seconds that a gap may be longer than the wait logged for it: slack, jitter, a busy machine
WAIT_ABOVE: Final = 0.3  # and shorter, where the clock that sleeps is coarse, or runs from before the attempt

BEGINNING: Final = 8  # characters that texts which stand in one line have in common

MARKUP: Final = re.compile(r"\x1b(?:\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b]*(?:\x07|\x1b\\))")
LEVEL_WORD: Final = r"trace|debug|verbose|info|notice|success|warn|warning|error|err|critical|fatal|exception"
CONTINUATION: Final = re.compile(  # how a traceback, a wrapped line or an indented object goes on
    rf"\s(?!\s*(?:{LEVEL_WORD.upper()})\s)"  # but rich leaves out the time of a record in the same second
    r"|(?:Traceback|Stack) \(|During handling|The above exception|[}\])]|[\u2500-\u257f\u2771]"
)
TRACEBACK: Final = re.compile(r"(?:Traceback|Stack) \(|^[\u2500-\u257f]")  # shows source text, which tells of no retry
LAST_OF_TRACEBACK: Final = re.compile(r"[\w.]+(?:Error|Exception|Warning|Exit|Interrupt)\b")

# What holds numbers that say something else: when, where, to whom.
NOISE: Final = re.compile(
    r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d(?::\d\d)?(?:[.,]\d+)?(?: ?(?:Z\b|[+-]\d\d:?\d\d))?"  # a date and time
    r"|\b\d{1,2}/[A-Z][a-z]{2}/\d{4}:\d\d:\d\d:\d\d [+-]\d{4}"  # the same as web servers write it
    r"|\b\d{1,4}[-/.]\d{1,2}[-/.]\d{1,4}\b|\b\d\d:\d\d:\d\d(?:[.,]\d+)?"  # a date, a version; a time
    r"|\b(?:GET|HEAD|POST|PUT|PATCH|DELETE|OPTIONS) /\S*(?: HTTP/[\d.]+\"?(?: \d{3})?)?|\bHTTP/[\d.]+"  # a request
    r"|\bhttps?://\S+|\b\d+\.\d+\.\d+\.\d+(?::\d+)?"  # an address
    r"|\b[0-9a-f]{8}-[0-9a-f-]{27}\b"  # a UUID
    r"|\.py(?:\"|'|:)?(?:,? line |:)\d+|\b[\w.]+:[\w<>]+:\d+(?= - )"  # a line of a source file
)
TOTAL: Final = re.compile(r"(?<=\d)\s*(?:/|(?:out )?of)\s*\d+|\bmax\w*[\"']?\s*[=:]?\s*\d+", re.IGNORECASE)
NUMBER: Final = re.compile(
    r"(?<![A-Za-z0-9_.])(?P<value>\d+(?:\.\d+)?)"
    r"(?:\s?(?P<seconds>s|secs?|seconds?)\b"
    r"|(?P<other>\s?(?:[mun\u00b5]s|msecs?|milli(?:second)?s?|micro(?:second)?s?|min(?:ute)?s?|%)(?![\w=]))"
    r"|(?:x|st|nd|rd|th)\b|(?![0-9A-Za-z_]|\.\d))"
)
COUNTED_BEFORE: Final = re.compile(
    r"#\s*$|(?<!next )(?<![a-z])(?:attempts?|retr(?:y|ies)|tr(?:y|ies))"
    r"(?:[_ .-]?(?:num(?:ber)?|no|nr|count|index|made))?"
    r"[\"')\]]*\s*[=:#(]*\s*[\"'(#]*$",
    re.IGNORECASE,
)
COUNTED_AFTER: Final = re.compile(
    r"\s*(?:attempt|retr(?:y|ies)|tr(?:y|ies)|time|message|request|record|task)s?\b(?![\"']?\s*[=:])", re.IGNORECASE
)
MAX_NUMBERS: Final = 200  # of one record; all pairs of them are looked at
WORD_BEFORE: Final = 32  # characters; the longest of such words is much shorter

# A level is a word in capitals, or a lower-case one where levels stand: in brackets, behind a key, before a colon or
# behind the time; or a letter or a number in the ways of glog, Tornado and syslog.
LEVEL: Final = re.compile(
    rf"\b(?P<capitals>{LEVEL_WORD.upper().replace('SUCCESS|', '')})\b|\|\s*(?P<success>SUCCESS)\s*\|"
    rf"|\[(?P<bracketed>{LEVEL_WORD})\s*\]|^(?P<first>{LEVEL_WORD})\s*:"
    rf"|^[\d\[][-\d:.,TZ+/ \]]*\s(?P<timed>{LEVEL_WORD})\b"
    rf"|(?:level|levelname|severity|lvl)[\"']?\s*[=:]\s*[\"']?(?P<keyed>{LEVEL_WORD})\b"
    r"|(?:level|levelno)[\"']?\s*[=:]\s*[\"']?(?P<number>\d+)\b"
    r"|^\[?(?P<letter>[DIWEFC])(?=\d{4} \d\d:| \d{6} )|^<(?P<syslog>\d{1,3})>"
)
LEVEL_KEYS: Final = frozenset(
    {
        *("level", "levelname", "level_name", "log_level", "loglevel", "log.level", "lvl"),
        *("severity", "severity_text", "severitytext", "levelno"),
    }
)
BELOW_WARNING: Final = frozenset({"trace", "debug", "verbose", "info", "notice", "success", "d", "i"})
SYSLOG_WARNING: Final = 4  # RFC 5424: the lower, the graver
LOGGING_WARNING: Final = 30  # Python's logging: the higher, the graver
WHEN: Final = frozenset(
    {"time", "timestamp", "ts", "@timestamp", "asctime", "created", "msecs", "relativecreated", "elapsed"}
)
WHERE: Final = frozenset({"lineno", "line", "process", "pid", "thread", "thread_id", "process_id", "levelno"})


def names(text: str, operation: str) -> bool:
    """Whether a text names an operation: `send`, `send_message`, `sendMessage`, a dotted name, `sending`."""
    stem = operation.removesuffix("e")
    words = rf"(?i:(?<![a-z]){stem}(?:{operation[len(stem) :]}(?:_?messages?)?|ing)(?![a-z]))"
    joined = rf"(?i:{operation}Message)|(?<=[a-z]){operation.title()}(?![a-z])"
    return bool(re.search(rf"{words}|{joined}", NOISE.sub(" ", text)))


@dataclass(frozen=True)
class Number:
    """A number in a record: whether it can count retries, and whether it can be a wait."""

    value: str
    counts: bool
    waits: bool


def numbers(text: str) -> list[str]:
    """Return the numbers in a text that can be a wait; times, dates, addresses, totals and counts are none."""
    return [number.value for number in all_numbers(text) if number.waits]


def all_numbers(text: str) -> list[Number]:
    """Return the numbers in a text, times, dates, addresses and totals aside."""
    told = TOTAL.sub(" ", NOISE.sub(" ", text))
    return [number_of(match, told) for match in islice(NUMBER.finditer(told), MAX_NUMBERS) if not match["other"]]


def number_of(match: re.Match[str], text: str) -> Number:
    """Say what a number can be, from what stands around it."""
    before = text[max(0, match.start() - WORD_BEFORE) : match.start()]
    counted = COUNTED_BEFORE.search(before) or COUNTED_AFTER.match(text, match.end())
    is_wait = bool(match["seconds"]) or "." in match["value"]
    return Number(match["value"], counts=not is_wait, waits=is_wait or not counted)


@dataclass(frozen=True)
class Record:
    """One record: when its first line arrived, its text with every field in it, and whether it is grave enough."""

    at: float
    text: str
    is_warning: bool

    @cached_property
    def numbers(self) -> list[Number]:
        """The numbers in it."""
        return all_numbers(self.text)

    def tells(self, number: int, gap: float, late: float = 0.0) -> bool:
        """Whether it counts a retry as `number` and says a wait, in seconds, that fits the gap (see `fits`)."""
        return any(
            counted.counts and int(counted.value) == number and wait.waits and fits(wait.value, gap, late)
            for counted, wait in permutations(self.numbers, 2)
        )


def fits(wait: str, gap: float, late: float = 0.0) -> bool:
    """Whether a number in a record can be the wait that was observed as `gap`, of which this machine was `late`."""
    return gap - late - WAIT_BELOW <= float(wait) <= gap + WAIT_ABOVE


def unglued(lines: Sequence[tuple[float, str]]) -> list[tuple[float, str]]:
    """Take apart what several threads wrote at once.

    `print` writes a text and the end of its line one after the other, so that all the texts may come before all the
    ends, of which the others make empty lines. Such texts begin alike.
    """
    found = []
    for (at, text), (_, following) in pairwise([*lines, (0.0, "the end")]):
        beginning = re.escape(text[:BEGINNING])
        starts = [0] if following.strip() or not beginning else [one.start() for one in re.finditer(beginning, text)]
        found += [(at, text[start:end]) for start, end in pairwise([*starts, len(text)])] or [(at, text)]
    return found


def records(lines: Sequence[tuple[float, str]]) -> list[Record]:
    """Put a log's lines together into records."""
    grouped: list[tuple[float, list[str]]] = []
    last, in_traceback = "", False
    for at, raw in lines:
        text = MARKUP.sub("", raw)
        if grouped and goes_on(text, last):
            in_traceback = in_traceback or bool(TRACEBACK.search(text))
            grouped[-1][1].extend([] if in_traceback else [text])
        elif text.strip():
            grouped.append((at, [text]))
            in_traceback = False
        last = text or last
    return [record_of(at, "\n".join(texts)) for at, texts in grouped]


def goes_on(text: str, last: str) -> bool:
    """Whether a line belongs to the record of the `last` one; an exception's own line ends a traceback."""
    return bool(CONTINUATION.match(text) or (last[:1].isspace() and LAST_OF_TRACEBACK.match(text)))


def record_of(at: float, text: str) -> Record:
    """Make a record of its text; JSON is read as fields, the level's among them."""
    fields, before, after = json_object(text)
    if fields is None:
        return Record(at, text, is_warning_text(text))
    grave = all(map(is_grave, levels(fields))) and is_warning_text(before)
    return Record(at, f"{before} {' '.join(flat(fields))} {after}", grave)


def is_warning_text(text: str) -> bool:
    """Whether the first level that a text names is WARNING or above; where it names none, it counts as WARNING."""
    found = LEVEL.search(text)
    if found is None:
        return True
    if found["syslog"]:
        return int(found["syslog"]) % 8 <= SYSLOG_WARNING
    if found["number"]:
        return is_grave(int(found["number"]))
    return is_grave(next(filter(None, found.groups())))


def levels(fields: dict[str, Any]) -> list[Any]:
    """Return the levels that fields name: those of the record itself, or else of an object within it."""
    own = [value for key, value in fields.items() if str(key).lower() in LEVEL_KEYS]
    within = [levels(value) for value in fields.values() if isinstance(value, dict)]
    return own or [level for found in within for level in found]


def is_grave(level: Any) -> bool:
    """Whether a level, a name or a number of syslog's or of Python's logging, is WARNING or above."""
    if isinstance(level, dict):
        return is_grave(level.get("name", ""))
    if isinstance(level, int):
        return level >= LOGGING_WARNING or level <= SYSLOG_WARNING
    return str(level).strip().lower() not in BELOW_WARNING


def json_object(text: str) -> tuple[dict[str, Any] | None, str, str]:
    """Return the JSON object in a record with the text around it; None where the record is plain text."""
    start = text.find("{")
    try:
        value, end = json.JSONDecoder().raw_decode(text, start) if start >= 0 else (None, 0)
    except (ValueError, RecursionError):
        return None, "", ""
    return (value, text[:start], text[end:]) if isinstance(value, dict) else (None, "", "")


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
        yield f"{key} = {value},"
