"""Being told to stop: everything that was begun is ended, and the exit status is what a shell expects."""

from __future__ import annotations

import signal
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from checker.errors import ExitStatus
from checker.interrupts import Interrupted, interruptible

if TYPE_CHECKING:
    from collections.abc import Iterator

WAIT = """
import sys, time
from checker.interrupts import Interrupted, interruptible
try:
    with interruptible():
        try:
            print("waiting", flush=True)
            time.sleep(60)
        finally:
            print("ending", flush=True)
            sys.stdin.readline()
            print("ended", flush=True)
except Interrupted as stop:
    sys.exit(int(stop.exit_status))
"""


@pytest.mark.parametrize(("number", "status"), [(signal.SIGINT, 130), (signal.SIGTERM, 143), (signal.SIGHUP, 143)])
def test_a_signal_ends_what_was_begun(number: signal.Signals, status: int) -> None:
    """The way out is gone to its end, though the signal comes again and again."""
    with subprocess.Popen(
        [sys.executable, "-c", WAIT], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        assert process.stdout.readline() == "waiting\n"
        process.send_signal(number)
        assert process.stdout.readline() == "ending\n"
        for other in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            process.send_signal(other)
        process.stdin.write("\n")
        process.stdin.flush()
        assert process.stdout.readline() == "ended\n"
        assert process.wait(10) == status


NUMBERS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


@pytest.fixture
def handlers() -> Iterator[list[object]]:
    """Give what signals do, and put it back afterwards."""
    before = [signal.getsignal(number) for number in NUMBERS]
    yield list(before)
    for number, handler in zip(NUMBERS, before, strict=True):
        signal.signal(number, handler)


def test_afterwards_signals_do_what_they_did(handlers: list[object]) -> None:
    """The handlers from before are back, after an error too."""
    with interruptible():
        assert [signal.getsignal(number) for number in NUMBERS] != handlers
    assert [signal.getsignal(number) for number in NUMBERS] == handlers
    with pytest.raises(KeyError), interruptible():
        raise KeyError
    assert [signal.getsignal(number) for number in NUMBERS] == handlers


@pytest.mark.usefixtures("handlers")
def test_after_an_interruption_signals_stay_ignored() -> None:
    """The interpreter's own way out is not cut off either."""
    with pytest.raises(Interrupted) as caught, interruptible():
        signal.raise_signal(signal.SIGTERM)
    assert caught.value.exit_status is ExitStatus.TERMINATED
    assert [signal.getsignal(number) for number in NUMBERS] == [signal.SIG_IGN] * len(NUMBERS)


def test_an_interruption_is_no_exception_to_be_caught() -> None:
    """Code that handles every error does not swallow it."""
    assert not issubclass(Interrupted, Exception)
