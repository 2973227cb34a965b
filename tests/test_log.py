"""A process's log from chunks of bytes: lines, caps and floods."""

from __future__ import annotations

import time
import tracemalloc
from itertools import pairwise
from typing import Final

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from checker import log as log_module
from checker.log import FLOOD_BYTES, KEPT_HEAD, KEPT_TAIL, MAX_LINE_BYTES, Log


def fed(*chunks: bytes) -> Log:
    """Return a log that was fed these chunks and closed."""
    log = Log()
    for chunk in chunks:
        log.feed(chunk)
    log.close()
    return log


def texts(log: Log) -> list[str]:
    """Return the kept lines' texts."""
    return [line.text for line in log.lines()]


def test_chunks_become_lines() -> None:
    """A line may come in any number of pieces, ends with LF or CR LF, and the last one needs no end."""
    assert texts(fed(b"on", b"e\ntwo\r", b"\n\nfo", b"ur")) == ["one", "two", "", "four"]
    assert texts(fed(b"")) == []
    assert texts(fed(b"\n")) == [""]


pieces = st.one_of(st.binary(max_size=40), st.just(b"\n"), st.just(b"\r\n"), st.just("é☃".encode()), st.just(b"x" * 30))


@given(st.lists(pieces, max_size=40), st.lists(st.integers(1, 50), min_size=1))
@example([b"x" * 64 + b"\r", b"\nafter\n"], [64])
@example([b"x" * 200, b"\n", b"y" * 200], [7])
def test_how_the_bytes_are_cut_makes_no_difference(parts: list[bytes], sizes: list[int]) -> None:
    """The same bytes in other chunks make the same lines, long ones and broken characters among them."""
    data = b"".join(parts)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(log_module, "MAX_LINE_BYTES", 64)
        chunks: list[bytes] = []
        at = 0
        while at < len(data):
            chunks.append(data[at : at + sizes[len(chunks) % len(sizes)]])
            at += len(chunks[-1])
        assert texts(fed(*chunks)) == texts(fed(data))


def test_a_very_long_line_is_cut() -> None:
    """Of a line of megabytes the beginning is kept as one line, and the next line is whole."""
    long = b"x" * (3 * 2**20)
    for log in (
        fed(long + b"\nnext\n"),
        fed(*[long[at : at + 65_536] for at in range(0, len(long), 65_536)], b"\nnext"),
    ):
        assert texts(log) == ["x" * MAX_LINE_BYTES, "next"]
        assert log.bytes_seen >= len(long)


def test_an_endless_line_takes_no_memory() -> None:
    """A line that never ends is not gathered."""
    log, chunk = Log(), b"x" * 65_536
    tracemalloc.start()
    for _ in range(FLOOD_BYTES // len(chunk) - 1):
        log.feed(chunk)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 2**20
    assert len(log.lines()) == 1


def test_head_and_tail_are_kept() -> None:
    """Of many lines the first and the last are kept, in order, and as many as are said."""
    count = KEPT_HEAD + KEPT_TAIL + 1_000
    found = texts(fed(b"".join(b"%d\n" % number for number in range(count))))
    assert found == [str(number) for number in [*range(KEPT_HEAD), *range(count - KEPT_TAIL, count)]]


def test_a_flood_is_told_and_not_kept() -> None:
    """After so many bytes nothing more is read, and the log says so."""
    log = fed(b"first\n", b"x\n" * 100)
    flooded = [log.flooded]
    log.feed(b"y" * FLOOD_BYTES)
    assert [*flooded, log.flooded] == [False, True]
    log.feed(b"\nlast\n")
    assert "last" not in texts(log)
    assert texts(log)[0] == "first"


def test_what_is_no_text_is_shown_as_such() -> None:
    """Bytes that are no UTF-8 become replacement characters."""
    assert texts(fed(b"caf\xe9 \xf0\x9f\n")) == ["caf\ufffd \ufffd"]


def test_lines_carry_the_time_of_their_arrival() -> None:
    """A line's time is the one at which its end arrived, by the monotonic clock."""
    log, before = Log(), time.monotonic()
    log.feed(b"one\ntw")
    between = time.monotonic()
    log.feed(b"o\n")
    one, two = log.lines()
    assert before <= one.at <= between <= two.at <= time.monotonic()
    assert all(earlier.at <= later.at for earlier, later in pairwise(log.lines()))


def test_closing_twice_adds_nothing() -> None:
    """What stood after the last line end is one line, once."""
    log = fed(b"one\ntwo")
    log.close()
    assert texts(log) == ["one", "two"]


def test_the_last_lines_are_shown_short() -> None:
    """So many lines from the end, each cut where it is longer than anyone reads."""
    log = fed(b"".join(b"%d\n" % number for number in range(30)) + b"x" * 2_000)
    shown = log.last(3).splitlines()
    assert shown[:2] == ["28", "29"]
    assert len(shown[2]) < 600
    assert shown[2].endswith("…")
    assert Log().last() == ""


TRACEBACK: Final = b"""\
Traceback (most recent call last):
  File "/submission/app/main.py", line 7, in first
    second()
    ~~~~~~^^
  File "/x/lib/python3.11/site-packages/library/engine.py", line 3, in execute
    raise
  File "<frozen importlib._bootstrap>", line 1, in _call
KeyError: 'x'
INFO:     GET /tasks 500
"""
SHOWN: Final = """\
  File "/submission/app/main.py", line 7, in first
    second()
    ~~~~~~^^
KeyError: 'x'"""


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (b"", b""),
        (TRACEBACK.replace(b"'x'", b"'y'"), b""),
        (b"", b"one more line\n"),
        (b"ERROR:    Exception in ASGI application\n", b"Traceback (most recent call last):\n  File"),
    ],
)
def test_the_last_traceback_is_shown_without_the_frames_of_libraries(before: bytes, after: bytes) -> None:
    """What stands before and behind it does not matter; one that was cut off in the middle tells nothing."""
    assert fed(before, TRACEBACK).last_exception() == SHOWN
    assert fed(before, TRACEBACK, after).last_exception() == ("" if after.endswith(b"File") else SHOWN)


def test_a_traceback_in_a_group_is_one_as_well() -> None:
    """Its lines have a margin."""
    group = TRACEBACK.replace(b"\n", b"\n    | ")
    shown = "\n".join(f"    | {line}" for line in SHOWN.split("\n"))
    assert fed(b"    | ", group).last_exception() == shown


def test_of_a_deep_traceback_the_end_is_shown() -> None:
    """The last frames of the submission's own, and the error."""
    frames = b"".join(b'  File "/submission/deep.py", line %d, in f\n    f()\n' % number for number in range(300))
    shown = fed(b"Traceback (most recent call last):\n", frames, b"RecursionError: deep\n").last_exception(4)
    assert shown.split("\n") == [
        '  File "/submission/deep.py", line 298, in f',
        "    f()",
        '  File "/submission/deep.py", line 299, in f',
        "    f()",
        "RecursionError: deep",
    ]


def test_what_postgresql_says_beside_its_error_belongs_to_it() -> None:
    """Where in the statement it is, and why; what the library adds does not."""
    said = b"LINE 1: SELEKT 1\n        ^\nHINT:  Ask.\n[SQL: SELEKT 1]\nDETAIL: not of this\n"
    shown = fed(TRACEBACK.replace(b"INFO:     GET /tasks 500\n", said)).last_exception()
    assert shown == f"{SHOWN}\nLINE 1: SELEKT 1\n        ^\nHINT:  Ask."


def test_no_traceback_is_none() -> None:
    """Errors alone are none."""
    assert fed(b"ERROR: KeyError: 'x'\n").last_exception() == ""
