"""The logs of a lab, in files."""

from __future__ import annotations

from typing import TYPE_CHECKING

from checker.lab import stack
from checker.lab.stack import FileLog
from checker.log import FLOOD_BYTES, Log

if TYPE_CHECKING:
    from pathlib import Path

    import pytest


def test_everything_is_written_down_and_the_end_is_known(tmp_path: Path) -> None:
    """What came before the file and what comes after stand in it; the last lines are kept in memory too."""
    before = Log()
    before.feed(b"first\n")
    with (tmp_path / "api.log").open("ab", buffering=0) as file:
        log = FileLog(file, before)
        log.feed(b"sec")
        log.feed(b"ond\nthird\n")
    assert (tmp_path / "api.log").read_bytes() == b"first\nsecond\nthird\n"
    assert log.last(2) == "second\nthird"


def test_a_log_begins_anew_before_it_fills_the_disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A service that logs every statement for an hour is not ended for it, and its file keeps within bounds."""
    monkeypatch.setattr(stack, "MAX_FILE_BYTES", 1000)
    with (tmp_path / "api.log").open("ab", buffering=0) as file:
        log = FileLog(file, Log())
        for number in range(500):
            log.feed(b"line %d\n" % number)
        log.bytes_seen = FLOOD_BYTES + 1
        assert not log.flooded
    assert (tmp_path / "api.log").stat().st_size <= 1010
    assert (tmp_path / "api.log").read_bytes().endswith(b"line 499\n")
