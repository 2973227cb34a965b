"""The stream of observations: complete or worthless."""

from __future__ import annotations

import asyncio
import json
import os
from typing import TYPE_CHECKING, Any

import pytest

from checker.errors import InfrastructureError
from checker.runner.suite_process import Incomplete, observations, read

if TYPE_CHECKING:
    from pathlib import Path

    Record = dict[str, Any]


def manifest(*checks: str) -> Record:
    """Return a manifest."""
    return {"manifest": list(checks)}


def observed(check: str, outcome: str = "pass") -> Record:
    """Return an observation."""
    return {"observation": {"check": check, "requirement": "alpha", "outcome": outcome}}


END: Record = {"end": True}


@pytest.mark.parametrize(
    "records",
    [
        [manifest("a"), observed("a"), END],
        [manifest("a", "b"), observed("b", "fail"), observed("a"), END],
        [manifest("a"), observed("a"), {"trouble": "a: OSError"}, END],
        [manifest("a"), observed("a", "error"), END],
    ],
)
def test_a_whole_report_is_taken(records: list[Record]) -> None:
    """One manifest, one observation a check in any order, one end."""
    assert sorted(one.check for one in observations(records)) == sorted(records[0]["manifest"])


@pytest.mark.parametrize(
    ("records", "told"),
    [
        ([], "0 manifests"),
        ([END], "0 manifests"),
        ([observed("a"), END], "0 manifests"),
        ([manifest(), END], "1 manifests with checks, not one"),
        ([manifest("a"), manifest("a"), observed("a"), END], "2 manifests"),
        ([manifest("a"), END], "0 observations of 1 checks"),
        ([manifest("a", "b"), observed("a"), END], "1 observations of 2 checks"),
        ([manifest("a"), observed("a"), observed("a"), END], "2 observations of 1 checks"),
        ([manifest("a"), observed("a"), observed("a", "fail"), END], "2 observations of 1 checks"),
        ([manifest("a", "b"), observed("a"), observed("a"), END], "2 observations of 2 checks"),
        ([manifest("a"), observed("b"), END], "1 observations of 1 checks"),
        ([manifest("a"), observed("a"), observed("b"), END], "2 observations of 1 checks"),
        ([manifest("a"), observed("a")], "no end"),
        ([manifest("a"), observed("a"), END, END], "no end"),
    ],
)
def test_a_report_that_is_not_whole_is_our_trouble(records: list[Record], told: str) -> None:
    """A missing or double manifest, observation or end makes all of it worthless."""
    with pytest.raises(Incomplete) as caught:
        observations(records)
    assert isinstance(caught.value, InfrastructureError)
    assert told in caught.value.detail
    assert caught.value.message == "the suite's report is not whole"


def stream(data: bytes, journal: Path) -> tuple[list[Record], list[Record]]:
    """Read bytes as a stream; return the records and what was told."""
    told: list[Record] = []
    read_end, write_end = os.pipe()

    async def main() -> list[Record]:
        reading = asyncio.create_task(read(read_end, journal, told.append))
        await asyncio.to_thread(os.write, write_end, data)
        os.close(write_end)
        return await reading

    return asyncio.run(main()), told


def test_records_are_kept_and_told_at_once(tmp_path: Path) -> None:
    """Each line is a record, is told, and stands in the journal as it came."""
    lines = [json.dumps(record) for record in (manifest("a"), observed("a"), END)]
    data = ("\n".join(lines) + "\n").encode()
    records, told = stream(data, tmp_path / "journal")
    assert records == told == [manifest("a"), observed("a"), END]
    assert (tmp_path / "journal").read_bytes() == data


@pytest.mark.parametrize("data", [b"no json\n", b'{"manifest": ["a"]}\n{"observ'])
def test_a_stream_that_is_cut_or_broken_raises(tmp_path: Path, data: bytes) -> None:
    """What is no record is no result."""
    with pytest.raises(ValueError, match=r"."):
        stream(data, tmp_path / "journal")
