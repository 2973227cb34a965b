"""Records of retries are found in the formats that people really log in, and nothing else is taken for one."""

from __future__ import annotations

import json
import logging
import re
import time
from io import StringIO
from itertools import accumulate
from typing import TYPE_CHECKING, Any, Final

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.console import Console
from rich.logging import RichHandler

from checker.suites.task2 import test_retry_log as suite
from checker.suites.task2.retry_log import fits, names, numbers, records, unglued

if TYPE_CHECKING:
    from collections.abc import Sequence

WAITS: Final = (1, 2, 4)
CALLS: Final = 0.01  # seconds that an attempt takes
LINE = tuple[float, str]


def schedule(waits: Sequence[float] = WAITS) -> list[suite.Retry]:
    """Return the retries of one call, as the queue sees them."""
    starts = [0.0, *accumulate(wait + CALLS for wait in waits)]
    return [
        suite.Retry(index, float(wait), starts[index], starts[index + 1] + suite.LATE)
        for index, wait in enumerate(waits)
    ]


def is_recorded(lines: Sequence[LINE], operation: str = "send", waits: Sequence[float] = WAITS) -> bool:
    """Judge a log as the suite does: one record at WARNING or above for each retry."""
    grave = [record for record in records(lines) if record.is_warning and names(record.text, operation)]
    return any(all(suite.count(grave, retry, first) == 1 for retry in schedule(waits)) for first in suite.FIRST_NUMBERS)


def log_of(template: str, waits: Sequence[float] = WAITS, logged: Sequence[float] = ()) -> list[LINE]:
    """Return the log of a call whose every attempt fails.

    In the template stand N for the retry's number from 1, A for the attempt that is to come (from 2), Z for the
    retry's number from 0, W for the wait as it is, and F for the wait as a decimal number; `logged` are the waits to
    tell where they are not those that are seen.
    """
    lines = []
    for retry in schedule(waits):
        wait = (logged or waits)[retry.index]
        known = {"N": retry.index + 1, "A": retry.index + 2, "Z": retry.index, "W": wait, "F": f"{float(wait):.2f}"}
        text = re.sub(r"\{(\w)\}", lambda match, known=known: str(known[match[1]]), template)  # type: ignore[misc]
        lines += [(retry.since + CALLS, line) for line in text.split("\n")]
    return lines


TEXT: Final = {
    "basicConfig": "WARNING:app.sqs_client:send_message failed (attempt {N}/3), retrying in {W}s",
    "basicConfig of attempts": "WARNING:app.sqs_client:send: attempt {A} of 4 in {F} seconds",
    "basicConfig of retries from 0": "WARNING:root:SendMessage retry {Z} waits {W} s",
    "an exception first": "WARNING:app:ConnectionError on send_message, retry #{N} in {F}s",
    "asctime": "2026-11-25 08:30:12,345 - app.sqs_client - WARNING - Retry {N}/3 for SendMessage in {F}s",
    "asctime with level first": "2026-11-25 08:30:12,345 WARNING [app.sqs_client] send retry={N} wait={F}",
    "asctime in brackets": "[2026-11-25 08:30:12 +0000] [2] [WARNING] Retrying send_message ({N}/3) in {W}s",
    "uvicorn": "WARNING:  Retrying send_message: attempt {A} of 4 in {W} seconds",
    "uvicorn with color": "\x1b[33mWARNING\x1b[0m:  Retrying send_message: attempt {A} of 4 in {W} seconds",
    "lower-case level first": "warning: send_message retry {N}, sleeping {F}s",
    "structlog console": (
        "2026-11-25T08:30:12.345678Z [warning  ] sqs_retry                      [app.sqs_client] "
        "attempt={N} operation=send_message wait={F}"
    ),
    "structlog console with colors": (
        "\x1b[2m2026-11-25 08:30:12\x1b[0m [\x1b[33m\x1b[1mwarning  \x1b[0m] \x1b[1msqs_retry\x1b[0m "
        "\x1b[36mattempt\x1b[0m=\x1b[35m{N}\x1b[0m \x1b[36moperation\x1b[0m=\x1b[35msend\x1b[0m "
        "\x1b[36mwait_seconds\x1b[0m=\x1b[35m{W}\x1b[0m"
    ),
    "structlog key=value": "event='retrying' operation='send_message' attempt={N} wait={F} level='warning'",
    "stamina on structlog": (
        "2026-11-25 08:30:12 [warning  ] stamina.retry_scheduled callable=app.sqs_client.SQSClient.send_message "
        "args=() caused_by=ConnectionError() kwargs={} retry_num={N} wait_for={F} waited_so_far=0.0"
    ),
    "loguru": "2026-11-25 08:30:12.345 | WARNING  | app.sqs_client:_call:42 - send_message failed, retry {N} in {F}s",
    "logfmt": 'time=2026-11-25T08:30:12Z level=warning msg="retrying" op=SendMessage retry={N} delay={F}s',
    "logfmt with an epoch": "ts=1764059412.123 lvl=warn operation=send attempt={N} wait={W} message=retrying",
    "a numeric level": "levelno=30 operation=send attempt={N} wait={W}",
    "absl": "W1125 08:30:12.345678 140 sqs_client.py:57] send_message: retry {N} in {W} seconds",
    "tornado": "[W 261125 08:30:12 sqs_client:57] send_message: retry {N} in {W} seconds",
    "syslog's priority": "<12>app: send_message: retry {N} in {W} seconds",
    "syslog": "Nov 25 08:30:12 host app[12]: WARNING send_message: retry {N} in {W} seconds",
    "no level (lastResort, print)": "send_message failed; retry {N} in {W} s",
    "print with units": "retrying send ({N}/3) after {F} seconds",
    "print with words": "Retry number {N} of SQS send: waiting {F}sec",
    "print a dictionary": "{'operation': 'send', 'attempt': {N}, 'wait': {F}}",
    "print numbers alone": "send {N} {F}",
    "warnings": "/submission/app/sqs_client.py:57: UserWarning: send retry {N} in {F}s\n  warnings.warn(message)",
    "a cause and an address": (
        "WARNING:app:Attempt {N} of SQSClient.send_message failed: Could not connect to the endpoint URL: "
        '"http://127.0.0.1:4566/000000000000/tasks"; next try in {W} s'
    ),
    "a status": "WARNING:app:send_message got 503 (An error occurred), retry {N} in {F}s",
    "a reason with attempts": "ERROR:app:send failed after {N} attempts, sleeping for {F} seconds",
    "next retry": "WARNING:app:send attempt {N} failed; next retry: {W}s",
    "ordinal": "WARNING:app:retry no. {N} of send_message, backoff {F}",
    "with a total": "WARNING:app:send retry {N} out of 3 (max 3) in {F}s",
    "jitter": "WARNING:app:send_message retry {N} in {F}123s (base {W}s)",
    "zero-padded": "WARNING:app:send_message retry 0{N}/03 in {F}s",
    "a timer": "WARNING:app:send_message retry {N} in 0:00:0{W}",
    "error level": "ERROR:app:send_message attempt {N} failed, retrying in {W}s",
    "critical level": "CRITICAL | app | send_message attempt {N} failed, retrying in {W}s",
    "dashes": "-- WARN -- sqs.send -- retry {N} -- {F} s",
    "a task's id": "WARNING:app:task 1: send retry {N} in {F}s",
}


@pytest.mark.parametrize("name", TEXT)
def test_lines_of_text_are_found(name: str) -> None:
    """Whatever the format, operation, number and wait in a line of text are a record."""
    assert is_recorded(log_of(TEXT[name])), records(log_of(TEXT[name]))


@pytest.mark.parametrize("name", TEXT)
def test_jitter_of_a_tenth_makes_no_difference(name: str) -> None:
    """Waits that are up to 10 % longer and logged as they are, or as they were meant to be, are found."""
    waits = (1.09, 2.2, 4.38)
    if "{F}123" not in TEXT[name] and "0{W}" not in TEXT[name]:
        assert is_recorded(log_of(TEXT[name], waits), waits=waits)
    late = (1.4, 2.4, 4.5)
    assert is_recorded(log_of(TEXT[name], late, logged=WAITS), waits=late)


def json_line(**fields: Any) -> str:
    """Return a line of JSON, with numbers where the template has them."""
    return re.sub(r'"(\{[A-Z]\})"', r"\1", json.dumps(fields))


JSON: Final = {
    "structlog": json_line(operation="send", attempt="{N}", wait="{F}", event="retrying", level="warning"),
    "structlog with time": json_line(
        operation="send_message",
        retry="{Z}",
        delay="{W}",
        event="retry",
        level="warning",
        timestamp="2026-11-25T08:30:12Z",
    ),
    "python-json-logger": json_line(
        asctime="2026-11-25 08:30:12,345",
        levelname="WARNING",
        name="app.sqs_client",
        lineno=57,
        process=3,
        message="retry {N} of 3 for send_message in {W}s",
    ),
    "python-json-logger with fields": json_line(
        message="retrying",
        operation="SendMessage",
        retry_number="{N}",
        wait_seconds="{F}",
        taskName=None,
        levelname="WARNING",
    ),
    "ECS": json_line(
        **{
            "@timestamp": "2026-11-25T08:30:12.345Z",
            "log.level": "warning",
            "message": "retrying send_message",
            "ecs": {"version": "1.6.0"},
            "labels": {"attempt": "{N}", "wait_seconds": "{F}"},
            "log": {"logger": "app.sqs_client", "origin": {"file": {"line": 2, "name": "sqs_client.py"}}},
            "process": {"pid": 2, "thread": {"id": 1}},
        },
    ),
    "ECS with the level nested": json_line(
        log={"level": "warning", "logger": "app"}, message="retrying send", labels={"attempt": "{N}", "wait": "{F}"}
    ),
    "GCP": json_line(
        **{
            "severity": "WARNING",
            "message": "retrying",
            "time": "2026-11-25T08:30:12Z",
            "operation": "send",
            "logging.googleapis.com/sourceLocation": {"file": "app/sqs_client.py", "line": "57", "function": "_call"},
            "jsonPayload": {"retry": {"attempt": "{N}", "delay_s": "{F}"}},
        },
    ),
    "loguru serialized": json_line(
        text="2026-11-25 08:30:12.345 | WARNING  | app.sqs_client:_call:42 - send retry {N} in {F}s\\n",
        record={
            "elapsed": {"repr": "0:00:01.234567", "seconds": 1.234567},
            "exception": None,
            "extra": {},
            "level": {"icon": "!", "name": "WARNING", "no": 30},
            "line": 42,
            "message": "send retry {N} in {F}s",
            "process": {"id": 2, "name": "MainProcess"},
            "time": {"repr": "2026-11-25 08:30:12", "timestamp": 1764.2},
        },
    ),
    "OpenTelemetry": json_line(
        body="retrying send", severity_number=13, severity_text="WARN", attributes={"attempt": "{N}", "wait": "{F}"}
    ),
    "powertools": json_line(
        level="WARNING",
        location="_call:57",
        message={"op": "send", "attempt": "{N}", "wait": "{F}"},
        sampling_rate="0",
        timestamp="2026-11-25 08:30:12,345+0000",
        service="tasks",
    ),
    "a numeric level": json_line(level=40, operation="send", attempt="{N}", wait="{F}"),
    "a level of syslog's": json_line(level=4, operation="send", attempt="{N}", wait="{F}"),
    "no level": json_line(operation="send", attempt="{N}", wait="{F}"),
    "a list": json_line(level="warning", event="send", values=["{N}", "{F}"]),
    "a text with everything": json_line(level="WARNING", msg="SQSClient.send_message: retry {N} in {W} seconds"),
    "numbers as strings": json_line(level="WARNING", operation="send", attempt="{N}.", wait="{F}s"),
    "after a prefix": "WARNING:app.sqs_client:" + json_line(operation="send", attempt="{N}", wait="{F}"),
    "before a rest": json_line(level="warning", operation="send", attempt="{N}", wait="{F}") + " (app.sqs_client)",
}


@pytest.mark.parametrize("name", JSON)
def test_lines_of_json_are_found(name: str) -> None:
    """Operation, number and wait are found in fields at any depth, and in texts among them."""
    assert is_recorded(log_of(JSON[name])), records(log_of(JSON[name]))


@pytest.mark.parametrize("name", JSON)
def test_json_over_several_lines_is_one_record(name: str) -> None:
    """An object that is printed with line ends and indentation is one record."""
    before, brace, rest = JSON[name].partition("{")
    quoted = re.sub(r"(?:(?<=: )|(?<=, )|(?<=\[))\{([A-Z])\}", r'"{\1}"', brace + rest)
    object_, end = json.JSONDecoder().raw_decode(quoted)
    text = re.sub(r'"(\{[A-Z]\})"', r"\1", json.dumps(object_, indent=2))
    assert is_recorded(log_of(before + text)), end


TRACEBACK: Final = """
Traceback (most recent call last):
  File "/submission/app/sqs_client.py", line 1, in _attempt
    return self._client.send_message(QueueUrl=self._url, MessageBody=body)
           ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
botocore.exceptions.EndpointConnectionError: Could not connect to the endpoint URL: "http://127.0.0.1:4566/"

During handling of the above exception, another exception occurred:

Traceback (most recent call last):
  File "/submission/app/sqs_client.py", line 2, in _call
    raise TransientQueueError from error
app.sqs_client.TransientQueueError"""
BOX: Final = """
╭─────────────── Traceback (most recent call last) ───────────────╮
│ /submission/app/sqs_client.py:1 in _attempt                     │
│   1 │   │   for retry in (1, 2, 4):                             │
│ ❱ 2 │   │   return self._client.send_message(1, 2, 4)           │
╰─────────────────────────────────────────────────────────────────╯
ConnectionError: send 1 1.0"""


@pytest.mark.parametrize("name", ["basicConfig", "loguru", "structlog console", "no level (lastResort, print)"])
@pytest.mark.parametrize("traceback", [TRACEBACK, BOX.rsplit("\n", 1)[0]])
def test_a_traceback_belongs_to_its_record(name: str, traceback: str) -> None:
    """A record with a traceback after it counts once, and the next record begins a new one."""
    lines = log_of(TEXT[name] + traceback)
    assert is_recorded(lines)
    assert len(records(lines)) == len(WAITS)


def test_a_line_that_begins_with_an_exception_is_a_record() -> None:
    """Only after a traceback does an exception's name go on with the record before."""
    lines = log_of("EndpointConnectionError: send_message attempt {N} failed, retrying in {F}s")
    assert is_recorded(lines)
    assert is_recorded([(0.0, "INFO:     Application startup complete."), *lines])


def test_records_of_rich_are_found() -> None:
    """Rich's own handler wraps lines and leaves out the time of a record in the same second; each record is found."""
    output = StringIO()
    logger = logging.getLogger("tests.rich")
    logger.propagate = False
    logger.handlers[:] = [RichHandler(console=Console(file=output, width=80), show_path=True)]
    lines: list[LINE] = []
    for retry in schedule():
        for number in range(3):
            output.seek(0)
            output.truncate()
            logger.warning(
                "SQS send_message of task %s failed with EndpointConnectionError, will retry (%d of 3) in %.1f seconds",
                "9c3c1dc4-0000-4000-8000-00000000000" + str(number),
                retry.index + 1,
                retry.gap,
            )
            lines += [(retry.since + CALLS, line) for line in output.getvalue().splitlines()]
    found = [record for record in records(lines) if record.is_warning and names(record.text, "send")]
    assert len(found) == 9
    assert suite.enough(found, schedule() * 3, 1)


BY_LEVEL: Final = [
    *((TEXT[name], "WARNING") for name in ("basicConfig", "asctime", "asctime in brackets", "uvicorn", "loguru")),
    *((TEXT[name], "WARNING") for name in ("uvicorn with color", "asctime with level first", "syslog")),
    *((TEXT[name], "warning") for name in ("structlog console", "structlog console with colors", "logfmt")),
    *((TEXT[name], "warning") for name in ("structlog key=value", "lower-case level first", "stamina on structlog")),
    *((JSON[name], "warning") for name in ("structlog", "ECS", "ECS with the level nested")),
    *((JSON[name], "WARNING") for name in ("python-json-logger", "GCP", "powertools", "after a prefix")),
    *((JSON[name], "WARNING") for name in ("loguru serialized", "a text with everything")),
    (JSON["OpenTelemetry"], '"WARN"'),
    (TEXT["logfmt with an epoch"], "=warn"),
    (TEXT["a numeric level"], "=30"),
    (JSON["a numeric level"], '"level": 40'),
    (JSON["a level of syslog's"], '"level": 4'),
    (TEXT["absl"], "W1125"),
    (TEXT["tornado"], "[W "),
    (TEXT["syslog's priority"], "<12>"),
]
LOWER: Final = {
    "WARNING": ["INFO", "DEBUG"],
    "warning": ["info", "debug", "notice"],
    '"WARN"': ['"INFO"'],
    "=warn": ["=info"],
    "=30": ["=20"],
    '"level": 40': ['"level": 20', '"level": "info"', '"level": "Debug"'],
    '"level": 4': ['"level": 6'],
    "W1125": ["I1125"],
    "[W ": ["[I ", "[D "],
    "<12>": ["<14>", "<15>"],
}


@pytest.mark.parametrize(("template", "level"), BY_LEVEL)
def test_a_lower_level_does_not_count(template: str, level: str) -> None:
    """The same record at INFO or DEBUG is none, in every format that tells levels."""
    assert is_recorded(log_of(template))
    for lower in LOWER[level]:
        changed = template.replace(level, lower)
        assert changed != template
        assert not is_recorded(log_of(changed)), changed


def test_a_level_after_the_time_counts_in_lower_case_too() -> None:
    """A level that stands behind the time is one without brackets as well."""
    template = "2026-11-25 08:30:12,345 warning app.sqs_client: send retry {N} in {F}s"
    assert is_recorded(log_of(template))
    assert not is_recorded(log_of(template.replace("warning", "info")))


def test_successes_of_loguru_are_below_warnings() -> None:
    """Loguru's SUCCESS is a level; the word in a text is none."""
    assert not is_recorded(log_of(TEXT["loguru"].replace("WARNING ", "SUCCESS ")))
    assert is_recorded(log_of("no SUCCESS with send, retry {N} in {F}s"))


WRONG: Final = {
    "no wait": "WARNING:app:send_message retry {N} of 3",
    "no wait beside two counts": "WARNING:app:send: attempt {N} of 4; retry {N} of 3",
    "no wait beside two counts in fields": json_line(
        level="warning", op="send", attempt="{A}", retry="{N}", max_attempts=4
    ),
    "no wait, a total as if": "WARNING:app:send: retry {N}, max retries 1, max delay 2, max_wait=4",
    "a wait in milliseconds": "WARNING:app:send_message retry {N} in {W}000 ms",
    "a wait in milliseconds, joined": "WARNING:app:send_message retry {N} in {W}000ms",
    "a wait in milliseconds in fields": json_line(level="warning", operation="send", attempt="{N}", wait_ms="{W}000"),
    "a wait in minutes": "WARNING:app:send_message retry {N} in {W} min",
    "a wait of 8": "WARNING:app:send_message retry {N} in 8 s",
    "a constant wait": "WARNING:app:send_message retry {N} in 1 s",
    "no number": "WARNING:app:send_message failed, retrying in {W} s",
    "no number, the wait twice": "WARNING:app:send_message failed, retrying in {W} s (sleeping {F} seconds)",
    "no number in fields": json_line(level="warning", operation="send", wait="{F}", lineno=1, process=2, thread=3),
    "a constant number": "WARNING:app:send_message retry 1 in {W} s",
    "a number that counts down": "WARNING:app:send_message in {W} s, 3 left",
    "tenacity's before_sleep_log": (
        "WARNING:app:Retrying app.sqs_client.SQSClient.send_message in {F} seconds as it raised ConnectionError: x."
    ),
    "no operation": "WARNING:app:retry {N} in {W} s",
    "another operation": "WARNING:app:receive_message retry {N} in {W} s",
    "a word that holds the name": "WARNING:app:resend by the sender: retry {N} in {W} s",
    "only the time": "2026-11-25 08:30:0{W} WARNING send 2026-01-0{N}",
    "only addresses": "WARNING:app:send to http://127.0.0.{N}:{W}/ and 10.0.0.{N}:{W}",
    "a line of a source": 'WARNING:app:send at "/submission/app/sqs_client.py", line {N}, sqs_client.py:{W}',
    "an access log": '127.0.0.1 - - [25/Nov/2026:08:30:12 +0000] "POST /send/{N} HTTP/1.1" 503 {W}00 "-"',
    "nothing": "INFO:     Application startup complete.",
}


@pytest.mark.parametrize("name", WRONG)
def test_what_lacks_something_does_not_count(name: str) -> None:
    """Without an operation, a number that counts, or the wait in seconds there is no record of a retry."""
    assert not is_recorded(log_of(WRONG[name])), records(log_of(WRONG[name]))


def test_two_records_for_a_retry_do_not_count() -> None:
    """One record for each retry: the same twice is not that."""
    assert not is_recorded(log_of(TEXT["basicConfig"]) + log_of(TEXT["loguru"]))


@pytest.mark.parametrize(
    ("written", "texts"),
    [
        ("send: 503; retry 1\nsend: 502; retry 1\n", ["send: 503; retry 1", "send: 502; retry 1"]),
        ("send: 503; retry 1send: 502; retry 1\n\n", ["send: 503; retry 1", "send: 502; retry 1", ""]),
        ("send: 1send: 2send: 3\n\n\nsend: 4\n", ["send: 1send: 2send: 3", "", "", "send: 4"]),
        ("sqs send: 1sqs send: 2sqs send: 3\n\n\n", ["sqs send: 1", "sqs send: 2", "sqs send: 3", "", ""]),
        ("sqs send: 1 (sqs send: 2)\nsqs send: 3\n", ["sqs send: 1 (sqs send: 2)", "sqs send: 3"]),
        ("\n\n", ["", ""]),
        ("a+(b[\\a+(b[\\\n\n", ["a+(b[\\a+(b[\\", ""]),
    ],
)
def test_what_was_written_at_once_is_taken_apart(written: str, texts: list[str]) -> None:
    """Where an empty line follows, one text may stand behind another that begins alike; nowhere else."""
    assert [text for _, text in unglued([(0.0, line) for line in written.split("\n")[:-1]])] == texts


@pytest.mark.parametrize("missing", [0, 1, 2])
def test_every_retry_has_its_record(missing: int) -> None:
    """With one of the three missing the promise is not kept."""
    lines = log_of(TEXT["basicConfig"])
    assert not is_recorded(lines[:missing] + lines[missing + 1 :])


@pytest.mark.parametrize(
    "text",
    [
        "ERROR:app:send_message failed after 4 attempts",
        "ERROR:app:send_message failed after 3 retries (4 attempts)",
        "ERROR:app:giving up on send: 4/4 attempts, waited 7 s",
        "ERROR:app:gave up send; retries=3 attempts=4",
        "ERROR:app:Max retries (3) exceeded for send, attempts: 4",
        "ERROR:app:send failed 4 times, retry 3 was the last",
        json_line(level="error", event="gave up", operation="send", retries=3, attempts=4, elapsed=7.03),
        "ERROR:app:send attempt 4 of 4 failed",
        "ERROR:app:All 3 retries of send_message failed (503) after 7.02 s",
    ],
)
@pytest.mark.parametrize("name", ["basicConfig", "basicConfig of attempts", "basicConfig of retries from 0"])
def test_giving_up_is_no_retry(name: str, text: str) -> None:
    """A record of giving up, which names counts and perhaps the time that it all took, is in nobody's way."""
    last = schedule()[-1]
    assert is_recorded([*log_of(TEXT[name]), (last.until - suite.LATE + CALLS, text)])


@pytest.mark.parametrize(
    "text",
    [
        'INFO:     127.0.0.1:35124 - "DELETE /tasks/1 HTTP/1.1" 204 No Content',
        '127.0.0.1 - - [25/Nov/2026:08:30:12 +0000] "DELETE /tasks/1 HTTP/1.1" 204 1 "-" "curl/8.14.1"',
        '127.0.0.1 - - [02/Jan/2026:08:30:01 +0000] "POST /tasks HTTP/1.1" 201 4 "-" "curl/8.14.1"',
        "WARNING:  delete of 1 task took 0.02 s",
        'INFO:httpx:HTTP Request: DELETE http://127.0.0.1:4566/ "HTTP/1.1 200 OK"',
        "DELETE /tasks/2 -> 204 in 0.004s",
        "receive: 1 message",
        "sent message 1 to the queue",
        "WARNING:  SQSClient uses send_message with 3 retries, waits 1.0, 2.0, 4.0"[:40],
        "An error occurred (503) when calling the ReceiveMessage operation (reached max retries: 4): x",
    ],
)
def test_an_honest_quiet_log_tells_of_no_retry(text: str) -> None:
    """What a service writes while nothing fails is taken for no retry of any operation."""
    told = [record for record in records([(0.0, text)]) if record.is_warning and suite.tells_of_any_retry(record)]
    assert told == []


@pytest.mark.parametrize(
    ("text", "operation", "named"),
    [
        *((text, "send", True) for text in ("send", "send_message", "SendMessage", "sendMessage", "SEND", "sending")),
        *(
            (text, "send", True)
            for text in ("app.sqs_client.SQSClient.send_message", "sqs:SendMessage", "_send(", "SqsSend")
        ),
        *((text, "send", True) for text in ("'send'", "op=send,", "SQS-send", "send-message", "send_messages", "Send")),
        *((text, "send", False) for text in ("resend", "sender", "sends", "sent", "sendfile", "ascend", "")),
        *(
            (text, "receive", True)
            for text in ("receive", "receive_messages", "ReceiveMessage", "receiving", "Receive")
        ),
        *((text, "receive", False) for text in ("received", "receiver", "receives", "we received a valid response")),
        *(
            (text, "delete", True)
            for text in ("delete", "delete_message", "DeleteMessage", "deleting", "Client.delete")
        ),
        *(
            (text, "delete", False)
            for text in ("deleted", "undeleted", '"DELETE /tasks/1 HTTP/1.1" 204', "DELETE /tasks/1")
        ),
    ],
)
def test_operations_are_known_by_their_names(text: str, operation: str, *, named: bool) -> None:
    """An operation's own names count, in any case and with dots; other forms of the word do not."""
    assert names(text, operation) is named


@pytest.mark.parametrize("operation", ["send", "receive", "delete"])
@pytest.mark.parametrize("shape", ["{}", "{}_message", "{}Message", "{}_messages", "sqs.{}", "SQSClient.{}_message"])
def test_each_operation_is_found(operation: str, shape: str) -> None:
    """The same for send, receive and delete, and none is taken for another."""
    name = shape.format(operation.title() if shape == "{}Message" else operation)
    lines = log_of(f"WARNING:app:{name} retry {{N}} in {{W}} s")
    assert [other for other in ("send", "receive", "delete") if is_recorded(lines, other)] == [operation]


@pytest.mark.parametrize(
    ("wait", "gap", "does"),
    [
        *(("1", 1.0, True), ("1.0", 1.45, True), ("1.25", 1.0, True), ("1.31", 1.0, False), ("2", 1.0, False)),
        *(("1", 1.59, True), ("1", 1.91, False), ("4", 4.5, True), ("4.4", 4.9, True), ("3", 4.0, False)),
    ],
)
def test_a_wait_fits_the_gap(wait: str, gap: float, *, does: bool) -> None:
    """A logged wait may be shorter than what was seen by the contract's slack, and hardly longer."""
    assert fits(wait, gap) is does


@pytest.mark.parametrize(("wait", "late", "does"), [("1", 0.7, True), ("1", 0.5, False), ("2.9", 0.7, False)])
def test_what_the_machine_was_late_is_no_wait(wait: str, late: float, *, does: bool) -> None:
    """A gap may be longer by what the machine was late; a logged wait is never longer for that."""
    assert fits(wait, 2.5, late) is does


def test_lines_around_are_no_part_of_a_record() -> None:
    """Access lines, statements and blank lines between do not hide a record."""
    noise = [
        *('INFO:     127.0.0.1:1 - "POST /tasks HTTP/1.1" 503 Service Unavailable', "", "  ", "INFO sqlalchemy: BEGIN"),
        "[generated in 0.00012s] {'title': 'a', 'id': 1}",
    ]
    lines = [line for at, text in log_of(TEXT["basicConfig"]) for line in [*((at, each) for each in noise), (at, text)]]
    assert is_recorded(lines)


@given(st.lists(st.text(max_size=60), max_size=10))
def test_any_log_can_be_read(texts: list[str]) -> None:
    """Nothing that a submission writes breaks the reading."""
    for record in records([(0.0, text) for text in texts]):
        assert isinstance(record.tells(1, 1.0), bool)
        assert isinstance(names(record.text, "send"), bool)


@pytest.mark.parametrize(
    "text",
    [
        "{" * 16_000,
        "1" * 16_000,
        " " * 16_000,
        "1/" * 8_000,
        "a=1 " * 4_000,
        '{"a":' * 3_000,
        "[" * 16_000,
        "\x1b[" * 8_000,
        "Error" * 3_000,
        "2026-11-25 08:30:12 " * 800,
    ],
)
def test_a_hostile_line_takes_no_time(text: str) -> None:
    """The longest line that a log keeps is read at once, whatever is in it."""
    started = time.monotonic()
    for record in records([(0.0, text)] * 3):
        record.tells(1, 1.0)
        names(record.text, "send")
        numbers(record.text)
    assert time.monotonic() - started < 2.0
