"""Lines from a pipe: whole, to the very end, with something done while none comes."""

from __future__ import annotations

import os
import threading
from typing import TYPE_CHECKING

import pytest

from quiz.plain.lines import LONGEST, Lines

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture
def pipe() -> Iterator[tuple[int, int]]:
    """Return the two ends of a pipe; a test closes the writing one itself."""
    reading, writing = os.pipe()
    yield reading, writing
    os.close(reading)


def feed(writing: int, content: bytes) -> None:
    """Write into a pipe beside the test, and close it."""

    def write() -> None:
        with os.fdopen(writing, "wb") as file:
            file.write(content)

    threading.Thread(target=write).start()


@pytest.mark.parametrize(
    ("content", "lines"),
    [
        (b"", []),
        (b"\n", [""]),
        (b"one\ntwo\n", ["one", "two"]),
        (b"one\r\ntwo", ["one", "two"]),  # the last line without its end counts
        ("zurück\n".encode(), ["zurück"]),
        (b"\xff\xfe\n", ["\ufffd\ufffd"]),
        (b"a\0b\n", ["ab"]),
        (b"x" * (LONGEST + 200_000) + b"\nnext\n", ["x" * LONGEST, "next"]),  # cut, and not taken for two
    ],
)
def test_every_line_comes_and_then_nothing(pipe: tuple[int, int], content: bytes, lines: list[str]) -> None:
    """Lines come in their order, whatever bytes they hold, and None as often as one asks after the end."""
    feed(pipe[1], content)
    reader = Lines(pipe[0], lambda: None)
    assert [reader.read() for _ in lines] == lines
    assert (reader.read(), reader.read()) == (None, None)


def test_something_is_done_while_no_line_comes(pipe: tuple[int, int]) -> None:
    """A clock can be kept while a person thinks."""
    ticks = []

    def tick() -> None:
        ticks.append(1)
        if len(ticks) == 3:
            os.write(pipe[1], b"here\n")

    assert Lines(pipe[0], tick, every=0.001).read() == "here"
    assert len(ticks) >= 3
    os.close(pipe[1])
