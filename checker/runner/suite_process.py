"""The suite in a process of its own, and the stream of its observations.

A run is complete when the stream has a manifest, exactly one record a check of it, and an end. Anything else is
our own trouble, whatever the exit status says.
"""

from __future__ import annotations

import asyncio
import json
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from checker.errors import InfrastructureError
from checker.processes import Process
from checker.runner.job import Observation

if TYPE_CHECKING:
    from collections.abc import Callable

MAX_STREAM_BYTES: Final = 16 * 1024 * 1024


class Incomplete(InfrastructureError):  # noqa: N818 - names the state of the stream
    """The suite ended without a whole report; what it lacks is a detail, as it tells how many checks there are."""

    def __init__(self, what: str) -> None:
        super().__init__("the suite's report is not whole", detail=what)


async def start(order: dict[str, Any], stream: int) -> Process:
    """Start pytest on a suite; `stream` is the descriptor that it writes its observations to."""
    line = json.dumps({**order, "stream": stream}).encode() + b"\n"
    return await Process.start(
        "suite",
        [sys.executable, "-I", "-X", "utf8", "-m", "checker.kit"],
        environ={"PATH": "/usr/bin:/bin", "LANG": "C.UTF-8", "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"},
        cwd=Path("/"),
        stdin=line,
        pass_fds=(stream,),
    )


async def read(stream: int, journal: Path, tell: Callable[[dict[str, Any]], None]) -> list[dict[str, Any]]:
    """Read records until the stream ends; each is written to `journal` and told at once."""
    reader = asyncio.StreamReader(limit=MAX_STREAM_BYTES)
    transport, _ = await asyncio.get_running_loop().connect_read_pipe(
        lambda: asyncio.StreamReaderProtocol(reader), os.fdopen(stream, "rb")
    )
    records = []
    with journal.open("ab") as file:
        while line := await reader.readline():
            file.write(line)
            file.flush()
            record = json.loads(line)
            records.append(record)
            tell(record)
    transport.close()
    return records


def observations(records: list[dict[str, Any]]) -> tuple[Observation, ...]:
    """Return one observation a check of the manifest; `Incomplete` where the report is not whole."""
    manifests = [record["manifest"] for record in records if "manifest" in record]
    found = [Observation(**record["observation"]) for record in records if "observation" in record]
    if len(manifests) != 1 or not manifests[0]:
        raise Incomplete(f"{len(manifests)} manifests with checks, not one")
    expected = sorted(manifests[0])
    got = sorted(observation.check for observation in found)
    if expected != got:
        raise Incomplete(f"{len(got)} observations of {len(expected)} checks")
    if sum("end" in record for record in records) != 1:
        raise Incomplete("no end")
    return tuple(found)
